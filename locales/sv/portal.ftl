# The patient's own page: the door, what stands around the plan, the paper with the code, the last doses.

portal-title = Öppna din plan
portal-intro = Du behöver koden på ditt papper och ditt födelsedatum.
portal-code = Kod
portal-birth = Ditt födelsedatum
portal-open = Fortsätt
portal-problem = Något gick fel
portal-wrong = Koden och födelsedatumet hör inte ihop. Kontrollera båda och försök igen.
portal-wait = { $minutes ->
    [one] För många försök. Försök igen om en minut.
   *[other] För många försök. Försök igen om { $minutes } minuter.
}
portal-call = Du kan ringa oss: { $phone }
portal-closed = Din sida har stängts. Öppna den igen.
portal-left = Du har loggat ut.
portal-not-booked = Du har ingen tid än. Vi skickar en till dig.
portal-letter = Brev att skriva ut
portal-letter-large = Brev med stor text
portal-calendar = Lägg till i din kalender
portal-leave = Logga ut
portal-back = Tillbaka till din plan
portal-language = Språk
portal-nothing-here = Det finns inget på den här sidan.
portal-form-old = Formuläret var för gammalt. Vi fick inget. Öppna sidan igen.
portal-broken = Något är trasigt. Försök igen senare.
paper-title = Din egen sida
paper-address = Öppna den här adressen: { $address }
paper-code = Skriv den här koden
paper-birth = Du behöver också ditt födelsedatum.
paper-until = Kodens sista dag: { $date }.
paper-lost = Har du tappat papperet? Ring oss: { $phone }.
taken-link = Berätta om dina sista doser
taken-title = Dina sista doser
taken-intro = När tog du den sista dosen? Berätta för varje medicin.
taken-plan = Planen: { $date } kl. { $time }.
taken-day = Dag
taken-time = Klockan
taken-not-known = Jag vet inte
taken-send = Skicka
taken-told = Du berättade: { $date } kl. { $time }.
taken-thanks = Tack. Vi har skrivit upp det.
taken-late = { $medicine }: det här är senare än planerat. Ring oss nu: { $phone }.
taken-unclear = { $medicine }: ring oss: { $phone }.
taken-none = Du behöver inte berätta om någon dos.
taken-bad = { $medicine }: ange dag och klockslag.
taken-future = { $medicine }: den tiden har inte kommit än.
