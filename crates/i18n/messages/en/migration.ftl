# Migration: moving a customer from volume licensing, in the portal. Codes of machines, keys and waves: fleet.ftl.

nav-migration = Migration
migration-overview = Overview
migration-upload = Inventory
migration-machines = Machines
migration-licenses = Licenses
migration-waves = Waves
migration-report = Final report
migration-help = Ask for help
migration-print = Print

## What to do first
migration-start = First, collect the machines
migration-start-why = Machines that a key host (KMS) activates keep running for up to 180 days after it is gone. Give us what your machines report about their licenses, in any form, and you see which day is the last safe one for each, a plan of waves in which none stops, and the scripts for it. No key and no user name is needed.
migration-upload-now = Paste or upload the result
migration-upload-more = Upload more
migration-upload-how = Paste anything your machines or tools print, or add files: texts of slmgr and ospp, CIM as table, list, CSV, JSON or XML, VAMT, Ansible, spreadsheets, ZIP archives, any mix, any language. Uploading again updates what is known. Product keys are masked before anything is kept.
migration-ways = Ways to collect
migration-way-many = Many machines at once
migration-way-many-how = In PowerShell, with the names of the machines in machines.txt, one per line. Upload inventory.csv.
migration-way-one = One machine
migration-way-one-how = At a command prompt. Paste what it prints; many such texts may follow each other.
migration-way-list = A list that you have
migration-way-list-how = An export of VAMT, Configuration Manager or Ansible, or a spreadsheet with the columns machine, product, channel, state and minutes remaining.
migration-way-script = Our script
migration-way-script-how = Writes one small file per machine. For start scripts, Intune or Configuration Manager; it changes nothing.
migration-way-script-get = Download Get-Inventory.ps1
migration-read = Read inventory
migration-paste = Paste
migration-paste-hint = Texts of several machines may follow each other.
migration-files = Files
migration-files-hint = Up to 64 MB together. Files may also be dropped here.
migration-encoding-auto = Recognise
migration-encoding-hint = Only when letters come out wrong.
migration-columns = Columns
migration-columns-hint = For lists with headings of their own: Station=host_name, Rest=remaining_minutes
migration-columns-unknown = the columns are not known; assign them when uploading

## Verdicts
migration-verdicts = What was read
migration-read-well = Read
migration-read-doubt = Read with doubt
migration-read-doubt-note = something was assumed, see why
migration-unread = Not read
migration-unread-note = pieces that no machine came from
migration-place = Where
migration-see-forecast = See the forecast
migration-earlier = Earlier uploads
migration-verdict-short = { $read } read, { $doubt } with doubt, { $unread } not read
migration-new-machines = { $count ->
    [one] { $count } new machine
   *[other] { $count } new machines
}
migration-changed-machines = { $count } changed
migration-keys-masked = { $count ->
    [one] A full product key stood in the upload. It was masked and not kept, but it has been in that file: treat it as known to others.
   *[other] { $count } full product keys stood in the upload. They were masked and not kept, but they have been in those files: treat them as known to others.
}
migration-found-moved = { $count ->
    [one] { $count } machine proves with this inventory that it has moved.
   *[other] { $count } machines prove with this inventory that they have moved.
}
flash-inventory-read = The inventory was read.

## Overview
migration-alarm = { $count ->
    [one] { $count } machine has its last safe day on { $day }
   *[other] { $count } machines have their last safe day on { $day }
} – { $days ->
    [one] { $days } day from now.
   *[other] { $days } days from now.
}
migration-alarm-gone = { $count ->
    [one] The last safe day of { $count } machine was { $day }. Move it now.
   *[other] The last safe day of { $count } machines was { $day }. Move them now.
}
migration-overdue = { $count ->
    [one] { $count } machine may already be limited in some functions; the new key brings it back.
   *[other] { $count } machines may already be limited in some functions; the new key brings them back.
}
migration-no-plan = There is no plan yet.
migration-plan-now = Plan the waves
migration-unaffected = { $count ->
    [one] { $count } has nothing to move
   *[other] { $count } have nothing to move
}
migration-moved = Moved
migration-moved-note = activated with the new key
migration-open = Still to move
migration-of-machines = { $count ->
    [one] of { $count } machine
   *[other] of { $count } machines
}
migration-at-risk = At risk
migration-at-risk-note = overdue, or last safe day within 30 days
migration-safe-until = Last safe day
migration-days-left = { $count ->
    [one] { $count } day from now
   *[other] { $count } days from now
}
migration-days-ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
migration-what-if = What if the key host is switched off
migration-switch-off = Key host switched off on
migration-switch-off-hint = Empty: it is counted from today.
migration-switch-off-short = Switch-off
migration-slide = Or drag
migration-try = Try
migration-drop-day = Back to the plan
migration-keep-day = Plan with this day
migration-assumes = Counted with the key host switched off on { $day } and a reserve of { $days ->
    [one] { $days } day
   *[other] { $days } days
}.
migration-assumes-now = Counted as if the key host were switched off today, { $day }, with a reserve of { $days ->
    [one] { $days } day
   *[other] { $days } days
}.
migration-tried = Switched off on { $off }, the whole fleet is safe until { $safe }, and the first lease may end on { $end }. As planned now: { $before }.
migration-tried-none = Switched off on { $off }, no machine has a lease that will end.
migration-timeline = Leases that end, and machines that move
migration-timeline-summary = Timeline from { $from } to { $to }: { $ends ->
    [one] the lease of { $ends } machine ends
   *[other] the leases of { $ends } machines end
}, { $moves ->
    [one] { $moves } machine is planned to move.
   *[other] { $moves } machines are planned to move.
} The same numbers follow as a table.
migration-as-table = The same as a table
migration-today = Today
migration-states = Where the machines stand

## Machines
migration-risk = Risk
migration-pilot = pilot
migration-choose = Choose
migration-all-shown = All shown
migration-which = Which
migration-which-ids = Ticked machines
migration-which-filter = All that fit the filters
migration-which-all = All machines
migration-assign-to = Assign to
migration-assign = Assign
migration-assign-choose = Choose
migration-assign-none = no wave
migration-assign-out = leave out of the plan
migration-assign-in = take into the plan again
migration-wave-on = Wave { $number }, { $day }
migration-no-machines = No machines are known yet
migration-no-machines-how = Upload an inventory first. Then forecast, plan and scripts follow from it.
flash-machines-assigned = The machines were assigned.
field-error-fleet_column_pairs = Write HEADER=FIELD with fields such as host_name, product, channel, state, remaining_minutes.
field-error-fleet_assignment_missing = Choose what to assign to.
field-error-fleet_nothing_ticked = Tick at least one machine, or choose all.

## Licenses
migration-compare = Had, needed, bought
migration-compare-none = As soon as machines or former licenses are known, this table shows what is missing.
migration-had = Had
migration-to-move = To move
migration-covered = Covered
migration-missing-count = { $count ->
    [one] { $count } missing
   *[other] { $count } missing
}
migration-prior = Former licenses
migration-prior-none = Record what the customer had under the former programme, to compare it with what is needed.
migration-programme = Programme
migration-agreement = Agreement number
migration-key-type = Kind of key
migration-ends-on = Ends on
migration-license-add = Record a license
migration-license-import = Import a list
migration-license-import-how = CSV with these columns, in any order; product and quantity are enough. A list that was imported before adds nothing twice.
migration-product-hint = As people write it, such as Windows 11 Enterprise
migration-unrecognised = Not recognised as a product with volume activation, so not compared: { $names }.
migration-bad-lines = { $count ->
    [0] Nothing was imported.
    [one] { $count } license was imported.
   *[other] { $count } licenses were imported.
} Lines without a product or a quantity: { $lines }.
flash-license-recorded = The license was recorded.
flash-license-removed = The license was removed.
flash-licenses-imported = The list was imported.

## Waves
migration-settings = How to plan
migration-make-plan = Make the plan
migration-first-day = First day
migration-first-day-hint = Empty: tomorrow.
migration-capacity = Machines per day
migration-capacity-hint = What your people can look after in a day.
migration-pilots-hint = Of each product and site; they go ahead.
migration-pause = Days after the pilots
migration-pause-hint = Time to see whether pilots work.
migration-reserve = Reserve in days
migration-reserve-hint = Kept between the last safe day and the end of a lease.
migration-errors = Stop at errors (%)
migration-errors-hint = A wave stops when more than this share fails.
migration-closed = Closed days
migration-closed-hint = Such as 2026-12-24, 2026-12-25
migration-workdays = Monday to Friday only
migration-planned-by = Made { $at } by { $by }.
migration-proof-broken = The plan broke a promise when it was checked. Please make it again, and report this if it stays.
migration-waves-none = No waves yet
migration-sites = Sites and order
migration-sites-intro = On which days your people may work at each site, and what moves before what. The next plan keeps to both.
migration-site-days = Days of the sites
migration-site-open = Open on
migration-site-usual = As the plan says
migration-site-closed = Never
migration-site-none = No site known
migration-site-reset = As the plan says
migration-site-capacity-hint = At this site. Empty for as many as the plan allows.
migration-sites-none = No inventory names a site. A column called Site does.
migration-orders = What moves before what
migration-orders-none = Nothing has to wait for anything else.
migration-order-add = Add an order
migration-order-first = First
migration-order-then = Then
migration-order-hint = A site, or the name of a machine.
weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
weekday-sunday = Sunday
migration-waves-none-how = Choose below how to plan, and press Make the plan.
migration-wave = Wave { $number }
migration-wave-held = { $failed ->
    [0] Wave { $number } is held. Release it to go on.
    [one] Wave { $number } stopped: { $failed } machine failed ({ $percent } %). Look at the list below, then release it.
   *[other] Wave { $number } stopped: { $failed } machines failed ({ $percent } %). Look at the list below, then release it.
}
migration-wave-progress = { $moved } of { $count } moved{ $failed ->
    [0] {""}
    [one] , { $failed } failed
   *[other] , { $failed } failed
}
migration-progress = Progress
migration-hold = Hold
migration-release = Go on
migration-pack = Scripts
migration-retry = Try again
migration-code = Code
migration-meaning = What it means
flash-fleet-planned = The plan was made.
flash-fleet-sites-saved = Saved. The next plan keeps to it.
flash-wave-held = The wave is held.
flash-wave-released = The wave goes on.

## Keys
migration-keys = Keys for the move
migration-keys-none = There is no key yet. Purchases count by themselves; keys of the platform’s maker are entered by the customer’s administrator.
migration-key = Key
migration-key-label = Name of the key
migration-key-left = Activations left
migration-key-origin = From
migration-key-own = { $used } used, { $left } left
migration-key-foreign = { $left } left as entered, { $used } planned, { $reserve } in reserve
migration-key-bought = purchase
migration-key-entered = entered by the customer
migration-key-add = Enter a key
migration-key-add-how = A multiple activation key (MAK) of the platform’s maker that the customer owns. It is kept encrypted, never shown again, and stands in no script.
migration-key-save = Keep key
migration-key-hint = Five groups of five characters.
migration-key-left-hint = As the maker’s portal shows it.
migration-key-reserve = Reserve
migration-key-reserve-hint = Activations kept for reinstallations.
migration-key-versions = Older versions that it activates
migration-key-versions-hint = Such as 2019 2016
flash-fleet-key-kept = The key is kept. It will not be shown again.
flash-fleet-key-removed = The key was removed.

## Scripts
migration-pack-of = Scripts of wave { $number }
migration-pack-careful = Handle with care
migration-pack-get = Download scripts
migration-pack-token = The pack holds a token that lets machines report for 14 days. Whoever has it can report for machines of this wave. A new download ends the one before.
migration-pack-names = It lists names of machines. Keep it where only administrators read it, and delete it after the wave.
migration-pack-key = No product key is in it. Keys are filled into keys.txt, which only administrators may read, and which is deleted afterwards.
migration-pack-with-keys = It holds keys.txt with the product keys in clear. Only administrators may read it; put it where the scripts run, and delete it after the wave.
migration-pack-logged = The download stands in the activity log of both sides.
migration-token = Token for reports
migration-token-until = valid until { $at }
migration-token-none = none; a download makes one

## Final report
migration-made-at = As of
migration-last-inventory = Last inventory
migration-evidence = Evidence
migration-all-moved = Every machine that had to move has moved, with evidence for each.
migration-all-moved-but = { $count ->
    [one] Every planned machine has moved. { $count } machine is left out on purpose.
   *[other] Every planned machine has moved. { $count } machines are left out on purpose.
}
migration-not-done = { $count ->
    [one] { $count } machine still has to move; this is a report on the way.
   *[other] { $count } machines still have to move; this is a report on the way.
}
migration-evidence-inventory = Inventory: multiple activation key …{ $key }, activated ({ $file })
migration-evidence-script = Report of the script: multiple activation key …{ $key }, activated
migration-evidence-missing = none yet

## Request for help
migration-request-title = Migration from volume licensing: { $customer }
migration-request-text =
    Migration as it stands
    Machines: { $machines }, moved { $moved }, still to move { $open }, at risk { $risk }, failed { $failed }
    Last safe day: { $safe }
    Key host switched off on: { $off }
    Inventory, plan and errors are on the page Migration of this customer.

## Codes
fleet-risk-overdue = Overdue
fleet-risk-urgent = Urgent
fleet-risk-unclear = Unclear
fleet-risk-in-time = In time
fleet-risk-none = No risk
fleet-risk-note-overdue = The lease has ended, or the machine was never activated. It may be limited in some functions.
fleet-risk-note-urgent = The last safe day is within 30 days, or gone.
fleet-risk-note-unclear = Activated by a key host, but the inventory does not say how long.
fleet-risk-note-in-time = There is time until its wave.
fleet-risk-note-none = Nothing runs out.
fleet-state-open = To plan
fleet-state-planned = Planned
fleet-state-failed = Failed
fleet-state-left-out = Left out
fleet-state-moved = Moved
fleet-state-unaffected = Nothing to do
fleet-state-note-open = Has to move and is in no wave.
fleet-state-note-planned = Is in a wave.
fleet-state-note-failed = Tried and failed; see Try again among the waves.
fleet-state-note-left-out = Left out by hand, or for a reason that its row tells.
fleet-state-note-moved = Runs with a multiple activation key, activated.
fleet-state-note-unaffected = Never used a key host.
fleet-wave-state-planned = Planned
fleet-wave-state-running = Running
fleet-wave-state-held = Held
fleet-wave-state-done = Done
fleet-key-type-kms = Key host (KMS)
fleet-key-type-mak = Multiple activation key (MAK)
fleet-key-type-other = Other or not known
fleet-left-out-by-hand = left out by hand

## One machine
migration-last-day = Last day before its end
migration-why-out = Why it is left out
migration-last-script = How its last script ended
migration-observed = Last reported
migration-full-name = Full name
migration-os = Operating system
migration-doubts = What is not certain
migration-its-licenses = Its licenses
migration-channel = Activated
migration-left = Time left when it was reported
migration-remaining = { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
} ({ $days ->
    [one] { $days } day
   *[other] { $days } days
})
migration-maybe-until = A grace may last until { $day }, but is not promised.
migration-product-unknown = Product not recognised
migration-moves-to = Moves to the key
migration-attempts = What its scripts reported
migration-attempts-none = No script has reported about this machine.
migration-places = Where it is described
migration-proof-inventory = Inventory
migration-proof-script = Report of the script
fleet-channel-kms-client = by a key host (KMS)
fleet-channel-kms-host = serves keys to others (key host)
fleet-channel-mak = by a multiple activation key (MAK)
fleet-channel-avma = by its virtual machine host
fleet-channel-time-based = for a limited time
fleet-channel-oem = by the maker of the machine
fleet-channel-retail = by a retail key or a subscription
fleet-channel-unknown = how is not known
fleet-license-unlicensed = no valid license
fleet-license-licensed = licensed
fleet-license-initial-grace = first grace
fleet-license-additional-grace = grace after its lease ended or the hardware changed
fleet-license-non-genuine-grace = grace, not taken for genuine
fleet-license-notification = reminders are shown
fleet-license-extended-grace = extended grace
