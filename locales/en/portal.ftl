# The patient's own page: the door, what stands around the plan, the paper with the code, the last doses.

portal-title = Open your plan
portal-intro = You need the code on your paper and your date of birth.
portal-code = Code
portal-birth = Your date of birth
portal-open = Continue
portal-problem = There is a problem
portal-wrong = The code and the date of birth do not fit together. Check both and try again.
portal-wait = { $minutes ->
    [one] Too many tries. Try again in one minute.
   *[other] Too many tries. Try again in { $minutes } minutes.
}
portal-call = You can call us: { $phone }
portal-closed = Your page has closed. Open it again.
portal-left = You have logged out.
portal-not-booked = You have no time yet. We will send you one.
portal-letter = Letter to print
portal-letter-large = Letter in large print
portal-calendar = Add to your calendar
portal-leave = Log out
portal-back = Back to your plan
portal-language = Language
portal-nothing-here = There is nothing on this page.
portal-form-old = The form was too old. We got nothing. Open the page again.
portal-broken = Something is broken here. Try again later.
paper-title = Your own page
paper-address = Open this address: { $address }
paper-code = Type this code
paper-birth = You also need your date of birth.
paper-until = The code works until { $date }.
paper-lost = Did you lose this paper? Call us: { $phone }.
taken-link = Tell us about your last doses
taken-title = Your last doses
taken-intro = When did you take the last dose? Tell us for each medicine.
taken-plan = The plan: { $date }, { $time }.
taken-day = Day
taken-time = Time
taken-not-known = I do not know
taken-send = Send
taken-told = You told us: { $date }, { $time }.
taken-thanks = Thank you. We wrote it down.
taken-late = { $medicine }: this is later than planned. Call us now: { $phone }.
taken-unclear = { $medicine }: please call us: { $phone }.
taken-none = You need not tell us about any dose.
taken-bad = { $medicine }: give the day and the time.
taken-future = { $medicine }: this time is still to come.
