# The sheet for going home.

home-take-as-usual = Ta som vanligt.
home-start-at = Börja igen { $date } kl. { $time }.
home-start-morning = Börja igen på morgonen: { $date }.
home-start-evening = Börja igen på kvällen: { $date }.
home-start-day = Börja igen { $date }.
home-ask-first = Ta det inte ännu. Fråga oss innan du börjar igen.
home-stop = Ta det inte. Din läkare bestämmer när du börjar igen.
home-new = Nytt: { $dose }.
home-unit-calls = Enheten ringer dig om detta. Ändra inte på egen hand.
home-no-medicines = Fråga skötaren hur du fortsätter med dina mediciner.
