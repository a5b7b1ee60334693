# After-care, warning signs, results. Figures come in as variables from the rule book.

after-no-bed-rest = Du behöver inte ligga. Du får snart åka hem.
after-bed-rest-hours = { $hours ->
    [one] Du ligger ned i en timme.
   *[other] Du ligger ned i { $hours } timmar.
}
after-bed-rest-until = Ligg kvar till kl. { $time }.
after-watch-hours = { $hours ->
    [one] En skötare ser till dig i en timme.
   *[other] En skötare ser till dig i { $hours } timmar.
}
after-overnight = Du stannar på sjukhuset till nästa dag.
after-leg-straight = Håll benet rakt när du ligger.
after-right-side = Ligg först på höger sida.
after-dressing-days = { $days ->
    [one] Låt förbandet sitta kvar en dag. Håll det torrt.
   *[other] Låt förbandet sitta kvar { $days } dagar. Håll det torrt.
}
after-lifting-days = { $days ->
    [one] Lyft inget tungt på en dag. Träna inte.
   *[other] Lyft inget tungt på { $days } dagar. Träna inte.
}
after-bath-days = { $days ->
    [one] Inget bad, ingen bastu på en dag.
   *[other] Inget bad, ingen bastu på { $days } dagar.
}
after-driving-hours = { $hours ->
    [one] Kör inte bil på en timme.
   *[other] Kör inte bil på { $hours } timmar.
}
after-alcohol-hours = { $hours ->
    [one] Ingen alkohol på en timme.
   *[other] Ingen alkohol på { $hours } timmar.
}
after-flying-days = { $days ->
    [one] Flyg inte på en dag.
   *[other] Flyg inte på { $days } dagar.
}
after-drink = Drick mycket vatten.
after-catheter-abdomen = En tunn slang stannar kvar i magen. Du får anvisningar om den.
after-catheter-chest = En tunn slang stannar kvar i bröstet. Du får anvisningar om den.
after-catheter-kidney = En tunn slang stannar kvar i njuren. Du får anvisningar om den.
after-catheter-bile = En tunn slang stannar kvar i gallgången. Du får anvisningar om den.
after-catheter-other = En tunn slang stannar kvar. Du får anvisningar om den.
after-flush = { $times ->
    [one] Spola slangen en gång om dagen med { $volume } ml koksalt.
   *[other] Spola slangen { $times } gånger om dagen med { $volume } ml koksalt.
}
after-output = Skriv upp varje dag hur mycket som kommer ut.
after-bag-below = Håll påsen lägre än slangen.
after-stent-card = Du får ett kort om din stent. Ha det med dig.
after-pain = Du kan ha lite ont. Fråga skötaren vilket läkemedel du kan ta.
after-medicines = Du får veta hur du fortsätter med dina mediciner.
after-nothing = En skötare berättar vad du gör efter ingreppet.
sign-bleeding-does-not-stop = en blödning inte slutar när du trycker hårt
sign-breathless = du har svårt att andas
sign-chest-pain = du har ont i bröstet
sign-fainting = du svimmar
sign-cold-limb = ett ben eller en arm blir kall, blek eller domnar
sign-face-swelling = ansiktet eller halsen svullnar
sign-neck-swelling = halsen svullnar snabbt eller du inte kan svälja
sign-coughing-blood = du hostar upp mer än lite blod
sign-fever-with-shivering = du har feber och frossa eller känner dig mycket sjuk
sign-numb-hand = handen domnar eller är svag
sign-stroke = munnen hänger eller du har svårt att tala
sign-chest-tube-out = slangen i bröstet lossnar eller går isär
sign-fever = du har feber
sign-strong-pain = du har mycket ont eller mer ont än förut
sign-growing-lump = en knöl växer på stället
sign-redness-or-pus = stället är rött eller varigt
sign-rash = du får utslag
sign-blood-in-urine = urinen är röd eller har klumpar
sign-cannot-pass-urine = du inte kan kissa
sign-black-stools = avföringen är svart eller du kräks blod
sign-yellow-skin = huden eller ögonen blir gula
sign-no-urine-in-bag = det inte kommer urin i påsen
sign-catheter-out = slangen lossnar. Tryck inte in den igen. Täck stället.
sign-catheter-leaks = slangen läcker eller går sönder
sign-catheter-stopped = det inte kommer något ur slangen och du mår sämre
sign-blood-in-bag = det finns friskt blod i påsen
sign-leg-pain-returns = den gamla smärtan eller såret i benet kommer tillbaka
results-told-by = { $who } berättar svaret för dig.
results-told-by-date = { $who } berättar svaret senast { $date }.
results-referrer = Läkaren som skrev remissen berättar svaret.
results-referrer-date = Läkaren som skrev remissen berättar svaret senast { $date }.
results-booked = Ditt besök eller samtal: { $date } kl. { $time }.
results-not-booked = Du har ännu ingen tid för besök eller samtal. Ring oss: { $phone }.
