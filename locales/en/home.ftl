# The sheet for going home.

home-take-as-usual = Take as usual.
home-start-at = Start again { $date } at { $time }.
home-start-morning = Start again in the morning: { $date }.
home-start-evening = Start again in the evening: { $date }.
home-start-day = Start again on { $date }.
home-ask-first = Do not take it yet. Ask us before you start again.
home-stop = Do not take it. Your doctor decides when you start again.
home-new = New: { $dose }.
home-unit-calls = Your unit will call you about this. Do not change it on your own.
home-no-medicines = Ask the nurse how to go on with your medicines.
