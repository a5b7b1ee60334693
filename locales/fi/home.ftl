# The sheet for going home.

home-take-as-usual = Ota tavalliseen tapaan.
home-start-at = Aloita uudelleen { $date } klo { $time }.
home-start-morning = Aloita uudelleen aamulla: { $date }.
home-start-evening = Aloita uudelleen illalla: { $date }.
home-start-day = Aloita uudelleen: { $date }.
home-ask-first = Älä ota vielä. Kysy meiltä, ennen kuin aloitat uudelleen.
home-stop = Älä ota. Lääkärisi päättää, milloin aloitat uudelleen.
home-new = Uusi: { $dose }.
home-unit-calls = Yksikkö soittaa sinulle tästä. Älä muuta annosta itse.
home-no-medicines = Kysy hoitajalta, miten jatkat lääkkeitäsi.
