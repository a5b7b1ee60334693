# After-care, warning signs, results. Figures come in as variables from the rule book.

after-no-bed-rest = Sinun ei tarvitse maata. Pääset pian kotiin.
after-bed-rest-hours = { $hours ->
    [one] Makaat yhden tunnin.
   *[other] Makaat { $hours } tuntia.
}
after-bed-rest-until = Pysy makuulla klo { $time } asti.
after-watch-hours = { $hours ->
    [one] Hoitaja seuraa vointiasi yhden tunnin.
   *[other] Hoitaja seuraa vointiasi { $hours } tuntia.
}
after-overnight = Olet sairaalassa seuraavaan päivään.
after-leg-straight = Pidä jalka suorana, kun makaat.
after-right-side = Makaa ensin oikealla kyljellä.
after-dressing-days = { $days ->
    [one] Pidä side paikallaan yksi päivä. Pidä se kuivana.
   *[other] Pidä side paikallaan { $days } päivää. Pidä se kuivana.
}
after-lifting-days = { $days ->
    [one] Älä nosta raskasta yhteen päivään. Älä urheile.
   *[other] Älä nosta raskasta { $days } päivään. Älä urheile.
}
after-bath-days = { $days ->
    [one] Ei kylpyä, saunaa eikä uintia yhteen päivään.
   *[other] Ei kylpyä, saunaa eikä uintia { $days } päivään.
}
after-driving-hours = { $hours ->
    [one] Älä aja yhteen tuntiin.
   *[other] Älä aja { $hours } tuntiin.
}
after-alcohol-hours = { $hours ->
    [one] Ei alkoholia yhteen tuntiin.
   *[other] Ei alkoholia { $hours } tuntiin.
}
after-flying-days = { $days ->
    [one] Älä lennä yhteen päivään.
   *[other] Älä lennä { $days } päivään.
}
after-drink = Juo paljon vettä.
after-catheter-abdomen = Vatsaan jää ohut letku. Saat siihen hoito-ohjeen.
after-catheter-chest = Rintaan jää ohut letku. Saat siihen hoito-ohjeen.
after-catheter-kidney = Munuaiseen jää ohut letku. Saat siihen hoito-ohjeen.
after-catheter-bile = Sappitiehen jää ohut letku. Saat siihen hoito-ohjeen.
after-catheter-other = Paikalleen jää ohut letku. Saat siihen hoito-ohjeen.
after-flush = { $times ->
    [one] Huuhtele letku kerran päivässä. Keittosuolaa: { $volume } ml.
   *[other] Huuhtele letku { $times } kertaa päivässä. Keittosuolaa: { $volume } ml.
}
after-output = Kirjaa joka päivä, paljonko nestettä tulee.
after-bag-below = Pidä pussi letkua alempana.
after-stent-card = Saat kortin stentistäsi. Pidä se mukana.
after-pain = Voit tuntea kipua. Kysy hoitajalta, mitä lääkettä voit ottaa.
after-medicines = Saat ohjeen, miten jatkat lääkkeitäsi.
after-nothing = Hoitaja kertoo, mitä teet toimenpiteen jälkeen.
sign-bleeding-does-not-stop = verenvuoto ei lopu, kun painat lujaa
sign-breathless = et saa kunnolla henkeä
sign-chest-pain = rintaasi sattuu
sign-fainting = pyörryt
sign-cold-limb = jalka tai käsi muuttuu kylmäksi, kalpeaksi tai tunnottomaksi
sign-face-swelling = kasvot tai kurkku turpoavat
sign-neck-swelling = kaula turpoaa nopeasti tai et voi niellä
sign-coughing-blood = yskit verta enemmän kuin vähän
sign-fever-with-shivering = sinulla on kuumetta ja vilunväristyksiä tai olet hyvin sairas
sign-numb-hand = käsi on tunnoton tai heikko
sign-stroke = suupieli roikkuu tai puhe takkuaa
sign-chest-tube-out = rinnassa oleva letku irtoaa tai menee poikki
sign-fever = sinulla on kuumetta
sign-strong-pain = kipu on kova tai pahenee
sign-growing-lump = pistokohtaan kasvaa patti
sign-redness-or-pus = pistokohta punoittaa tai märkii
sign-rash = saat ihottumaa
sign-blood-in-urine = virtsa on punaista tai siinä on hyytymiä
sign-cannot-pass-urine = et pysty virtsaamaan
sign-black-stools = uloste on mustaa tai oksennat verta
sign-yellow-skin = iho tai silmät muuttuvat keltaisiksi
sign-no-urine-in-bag = pussiin ei tule virtsaa
sign-catheter-out = letku irtoaa. Älä työnnä sitä takaisin. Peitä kohta.
sign-catheter-leaks = letku vuotaa tai rikkoutuu
sign-catheter-stopped = letkusta ei tule mitään ja vointisi huononee
sign-blood-in-bag = pussissa on kirkasta verta
sign-leg-pain-returns = jalan vanha kipu tai haava tulee takaisin
results-told-by = { $who } kertoo sinulle tuloksen.
results-told-by-date = { $who } kertoo sinulle tuloksen. Viimeinen päivä: { $date }.
results-referrer = Lähettävä lääkäri kertoo sinulle tuloksen.
results-referrer-date = Lähettävä lääkäri kertoo sinulle tuloksen. Viimeinen päivä: { $date }.
results-booked = Käynti tai soittoaika: { $date } klo { $time }.
results-not-booked = Sinulle ei ole vielä varattu käyntiä tai soittoaikaa. Soita meille: { $phone }.
