# The patient's own page: the door, what stands around the plan, the paper with the code, the last doses.

portal-title = Avaa omat ohjeesi
portal-intro = Tarvitset paperissa olevan koodin ja syntymäaikasi.
portal-code = Koodi
portal-birth = Syntymäaikasi
portal-open = Jatka
portal-problem = Jokin meni vikaan
portal-wrong = Koodi ja syntymäaika eivät sovi yhteen. Tarkista molemmat ja yritä uudelleen.
portal-wait = { $minutes ->
    [one] Liian monta yritystä. Yritä uudelleen minuutin kuluttua.
   *[other] Liian monta yritystä. Yritä uudelleen { $minutes } minuutin kuluttua.
}
portal-call = Voit soittaa meille: { $phone }
portal-closed = Sivusi on sulkeutunut. Avaa se uudelleen.
portal-left = Olet kirjautunut ulos.
portal-not-booked = Sinulle ei ole vielä varattu aikaa. Lähetämme sen sinulle.
portal-letter = Kirje tulostettavaksi
portal-letter-large = Kirje isolla tekstillä
portal-calendar = Lisää kalenteriisi
portal-leave = Kirjaudu ulos
portal-back = Takaisin ohjeisiin
portal-language = Kieli
portal-nothing-here = Tällä sivulla ei ole mitään.
portal-form-old = Lomake oli liian vanha. Emme saaneet mitään. Avaa sivu uudelleen.
portal-broken = Jokin on rikki. Yritä myöhemmin uudelleen.
paper-title = Oma sivusi
paper-address = Avaa tämä osoite: { $address }
paper-code = Kirjoita tämä koodi
paper-birth = Tarvitset myös syntymäaikasi.
paper-until = Koodin viimeinen päivä: { $date }.
paper-lost = Katosiko paperi? Soita meille: { $phone }.
taken-link = Kerro meille viimeisistä annoksista
taken-title = Viimeiset annoksesi
taken-intro = Milloin otit viimeisen annoksen? Kerro se jokaisesta lääkkeestä.
taken-plan = Ohje: { $date } klo { $time }.
taken-day = Päivä
taken-time = Kello
taken-not-known = En tiedä
taken-send = Lähetä
taken-told = Kerroit meille: { $date } klo { $time }.
taken-thanks = Kiitos. Kirjasimme sen.
taken-late = { $medicine }: tämä on myöhemmin kuin ohjeessa. Soita meille heti: { $phone }.
taken-unclear = { $medicine }: soita meille: { $phone }.
taken-none = Sinun ei tarvitse kertoa annoksista.
taken-bad = { $medicine }: anna päivä ja kello.
taken-future = { $medicine }: tämä aika on vasta edessä.
