# The own dose of X-rays, and what to watch on the skin.

dose-title = Your X-ray dose
dose-used = The X-ray pictures helped the doctor to find the right place.
dose-about = Your dose was about { $dose } millisieverts.
dose-days = { $days ->
    [one] That is like one day of natural background radiation.
   *[other] That is like { $days } days of natural background radiation.
}
dose-less-than-a-day = That is less than one day of natural background radiation.
dose-depends = The dose depends on the place and on how long it takes.
dose-not-personal = This is a comparison. It does not say what will happen to you.
dose-ask-us = Do you want to know more about your dose? Call us: { $phone }.
dose-skin-nothing = We expect no mark on your skin.
dose-skin-high = Your skin got more X-rays than usual in one place.
dose-skin-watch = Look at your back and sides until { $date }.
dose-skin-redness = Look for a red patch.
dose-skin-hair = Look for a place where hair falls out.
dose-skin-wound = Look for skin that peels or a wound that does not heal.
dose-skin-call = Do you see this? Call us: { $phone }.
dose-skin-tell = Tell any doctor who sees it that you had X-ray treatment there.
