# After-care, warning signs, results. Figures come in as variables from the rule book.

after-no-bed-rest = You need not lie down. You can go home soon.
after-bed-rest-hours = { $hours ->
    [one] You lie down for one hour.
   *[other] You lie down for { $hours } hours.
}
after-bed-rest-until = Stay lying down until { $time }.
after-watch-hours = { $hours ->
    [one] A nurse watches you for one hour.
   *[other] A nurse watches you for { $hours } hours.
}
after-overnight = You stay in hospital until the next day.
after-leg-straight = Keep your leg straight while you lie down.
after-right-side = First lie on your right side.
after-dressing-days = { $days ->
    [one] Keep the dressing on for one day. Keep it dry.
   *[other] Keep the dressing on for { $days } days. Keep it dry.
}
after-lifting-days = { $days ->
    [one] Do not lift heavy things for one day. No sport.
   *[other] Do not lift heavy things for { $days } days. No sport.
}
after-bath-days = { $days ->
    [one] No bath, sauna or swimming for one day.
   *[other] No bath, sauna or swimming for { $days } days.
}
after-driving-hours = { $hours ->
    [one] Do not drive for one hour.
   *[other] Do not drive for { $hours } hours.
}
after-alcohol-hours = { $hours ->
    [one] No alcohol for one hour.
   *[other] No alcohol for { $hours } hours.
}
after-flying-days = { $days ->
    [one] Do not fly for one day.
   *[other] Do not fly for { $days } days.
}
after-drink = Drink plenty of water.
after-catheter-abdomen = A thin tube stays in your belly. You get care instructions for it.
after-catheter-chest = A thin tube stays in your chest. You get care instructions for it.
after-catheter-kidney = A thin tube stays in your kidney. You get care instructions for it.
after-catheter-bile = A thin tube stays in your bile duct. You get care instructions for it.
after-catheter-other = A thin tube stays in place. You get care instructions for it.
after-flush = { $times ->
    [one] Rinse the tube once a day with { $volume } ml of saline.
   *[other] Rinse the tube { $times } times a day with { $volume } ml of saline.
}
after-output = Write down each day how much comes out.
after-bag-below = Keep the bag lower than the tube.
after-stent-card = You get a card about your stent. Carry it with you.
after-pain = You may have some pain. Ask the nurse which medicine you can take.
after-medicines = You are told how to go on with your medicines.
after-nothing = A nurse tells you what to do after the procedure.
sign-bleeding-does-not-stop = bleeding does not stop when you press hard
sign-breathless = you cannot breathe well
sign-chest-pain = you have pain in your chest
sign-fainting = you faint
sign-cold-limb = your leg or arm turns cold, pale or numb
sign-face-swelling = your face or throat swells
sign-neck-swelling = your neck swells fast or you cannot swallow
sign-coughing-blood = you cough up more than a little blood
sign-fever-with-shivering = you have a fever and shiver, or feel very ill
sign-numb-hand = your hand is numb or weak
sign-stroke = your face droops or you cannot speak well
sign-chest-tube-out = the tube comes out of your chest or comes apart
sign-fever = you have a fever
sign-strong-pain = you have strong pain or the pain gets worse
sign-growing-lump = a lump grows at the place
sign-redness-or-pus = the place is red or has pus
sign-rash = you get a rash
sign-blood-in-urine = your urine is red or has clots
sign-cannot-pass-urine = you cannot pass urine
sign-black-stools = your stools are black or you vomit blood
sign-yellow-skin = your skin or eyes turn yellow
sign-no-urine-in-bag = no urine comes into the bag
sign-catheter-out = the tube comes out. Do not push it back. Cover the place.
sign-catheter-leaks = the tube leaks or breaks
sign-catheter-stopped = nothing comes from the tube and you feel worse
sign-blood-in-bag = there is fresh blood in the bag
sign-leg-pain-returns = the old pain or wound in your leg comes back
results-told-by = { $who } tells you the result.
results-told-by-date = { $who } tells you the result by { $date }.
results-referrer = The doctor who sent you tells you the result.
results-referrer-date = The doctor who sent you tells you the result by { $date }.
results-booked = Your visit or call about it: { $date }, { $time }.
results-not-booked = You have no visit or call about it yet. Call us: { $phone }.
