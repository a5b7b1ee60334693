# The letter that says that a visit is cancelled, and what to do with stopped medicines.

cancel-visit = Käyntisi on peruttu. Älä tule.
cancel-unit-says = Yksikkösi viesti: { $words }
cancel-old-plan = Älä noudata vanhoja ohjeita. Sinun ei tarvitse paastota.
cancel-new-time = Uusi aikasi: { $date } klo { $time }. Saat uuden kirjeen.
cancel-time-follows = Lähetämme sinulle uuden ajan.
cancel-time-not-decided = Soitamme sinulle uudesta ajasta.
cancel-no-new-time = Et saa uutta aikaa. Lääkärisi kertoo, miten jatketaan.
cancel-restart-next = { $medicine }: lopetitko sen? Aloita nyt uudelleen. Ota seuraava annos tavalliseen aikaan.
cancel-restart-at = { $medicine }: lopetitko sen? Aloita uudelleen { $date } klo { $time }.
cancel-restart-ask = { $medicine }: lopetitko sen? Soita meille, ennen kuin aloitat uudelleen: { $phone }.
cancel-injections-stop = { $medicine }: kysy meiltä ennen seuraavaa pistosta: { $phone }.
cancel-no-medicines = Emme pyytäneet lopettamaan lääkkeitä. Ota lääkkeesi tavalliseen tapaan.
cancel-other-medicine = Lopetitko jonkin muun lääkkeen? Soita meille: { $phone }.
