# The own dose of X-rays, and what to watch on the skin.

dose-title = Din stråldos
dose-used = Röntgenbilderna hjälpte läkaren att hitta rätt ställe.
dose-about = Din dos var ungefär { $dose } millisievert.
dose-days = { $days ->
    [one] Det är som en dag av naturlig bakgrundsstrålning.
   *[other] Det är som { $days } dagar av naturlig bakgrundsstrålning.
}
dose-less-than-a-day = Det är mindre än en dag av naturlig bakgrundsstrålning.
dose-depends = Dosen beror på stället och på hur länge det tar.
dose-not-personal = Det här är en jämförelse. Den säger inte vad som händer med dig.
dose-ask-us = Vill du veta mer om din dos? Ring oss: { $phone }.
dose-skin-nothing = Vi väntar oss inget märke på din hud.
dose-skin-high = Din hud fick mer röntgenstrålar än vanligt på ett ställe.
dose-skin-watch = Titta på din rygg och dina sidor. Sista dagen: { $date }.
dose-skin-redness = Leta efter en röd fläck.
dose-skin-hair = Leta efter ett ställe där håret faller av.
dose-skin-wound = Leta efter hud som flagnar eller ett sår som inte läker.
dose-skin-call = Ser du något sådant? Ring oss: { $phone }.
dose-skin-tell = Säg till varje läkare att du fick röntgenbehandling där.
