# The letter that says that a visit is cancelled, and what to do with stopped medicines.

cancel-visit = Ditt besök är inställt. Kom inte.
cancel-unit-says = Din enhet säger: { $words }
cancel-old-plan = Följ inte de gamla anvisningarna. Du behöver inte fasta.
cancel-new-time = Din nya tid: { $date } kl. { $time }. Du får ett nytt brev.
cancel-time-follows = Vi skickar en ny tid till dig.
cancel-time-not-decided = Vi ringer dig om en ny tid.
cancel-no-new-time = Du får ingen ny tid. Din läkare berättar vad som händer sedan.
cancel-restart-next = Slutade du med { $medicine }? Börja igen nu. Ta nästa dos vid vanlig tid.
cancel-restart-at = Slutade du med { $medicine }? Börja igen { $date } kl. { $time }.
cancel-restart-ask = Slutade du med { $medicine }? Ring oss innan du börjar igen: { $phone }.
cancel-injections-stop = { $medicine }: fråga oss före nästa spruta: { $phone }.
cancel-no-medicines = Vi bad dig inte sluta med något läkemedel. Ta dina läkemedel som vanligt.
cancel-other-medicine = Slutade du med något annat läkemedel? Ring oss: { $phone }.
