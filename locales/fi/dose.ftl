# The own dose of X-rays, and what to watch on the skin.

dose-title = Röntgensäteilyn annoksesi
dose-used = Röntgenkuvat auttoivat lääkäriä löytämään oikean kohdan.
dose-about = Annoksesi oli noin { $dose } millisievertiä.
dose-days = { $days ->
    [one] Se on kuin yhden päivän taustasäteily luonnosta.
   *[other] Se on kuin { $days } päivän taustasäteily luonnosta.
}
dose-less-than-a-day = Se on vähemmän kuin yhden päivän taustasäteily luonnosta.
dose-depends = Annos riippuu kohdasta ja siitä, kauanko hoito kestää.
dose-not-personal = Tämä on vertaus. Se ei kerro, mitä sinulle tapahtuu.
dose-ask-us = Haluatko tietää annoksestasi lisää? Soita meille: { $phone }.
dose-skin-nothing = Ihoosi ei pitäisi tulla jälkeä.
dose-skin-high = Ihosi sai yhteen kohtaan tavallista enemmän säteilyä.
dose-skin-watch = Katso selkääsi ja kylkiäsi. Viimeinen päivä: { $date }.
dose-skin-redness = Etsi punaista läiskää.
dose-skin-hair = Etsi kohtaa, josta karvat lähtevät.
dose-skin-wound = Etsi hilseilevää ihoa tai haavaa, joka ei parane.
dose-skin-call = Näetkö tällaista? Soita meille: { $phone }.
dose-skin-tell = Kerro jokaiselle lääkärille, että sait siihen röntgenhoitoa.
