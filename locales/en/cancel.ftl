# The letter that says that a visit is cancelled, and what to do with stopped medicines.

cancel-visit = Your visit is cancelled. Do not come.
cancel-unit-says = Your unit says: { $words }
cancel-old-plan = Do not follow the old instructions. You need not fast.
cancel-new-time = Your new time: { $date }, { $time }. You get a new letter.
cancel-time-follows = We will send you a new time.
cancel-time-not-decided = We will call you about a new time.
cancel-no-new-time = You do not get a new time. Your doctor tells you what comes next.
cancel-restart-next = Did you stop { $medicine }? Start again now. Take the next dose at the usual time.
cancel-restart-at = Did you stop { $medicine }? Start again { $date } at { $time }.
cancel-restart-ask = Did you stop { $medicine }? Call us before you start again: { $phone }.
cancel-injections-stop = { $medicine }: ask us before the next injection: { $phone }.
cancel-no-medicines = We did not ask you to stop any medicine. Take your medicines as usual.
cancel-other-medicine = Did you stop another medicine? Call us: { $phone }.
