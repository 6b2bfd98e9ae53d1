# Moving a fleet: the report of `perpetua fleet plan` and the texts of its script pack.

fleet-title = Plan for moving a fleet to multiple activation keys
fleet-made = As of { $now }. The key host is assumed to be switched off on { $until }.
fleet-reserve = Between the last safe day and the end of a lease there are { $days } days of reserve. All days are UTC.
fleet-machines = { $count ->
    [one] { $count } machine was recognised.
   *[other] { $count } machines were recognised.
}
fleet-done = { $count ->
    [one] { $count } license already runs with a multiple activation key.
   *[other] { $count } licenses already run with a multiple activation key.
}
fleet-safe-until = The whole fleet is safe until { $day }. The first lease may end on { $end }.
fleet-no-lease = No machine has a lease that will end.
fleet-stale = { $count ->
    [one] The data of { $count } machine is older than 30 days; collect it again.
   *[other] The data of { $count } machines is older than 30 days; collect it again.
}
fleet-effect = When a lease has ended, a machine may be limited in some functions until it is activated again. Activation with the new key brings it back.
fleet-proof-holds = Proof: every planned machine moves on or before its last safe day, no day exceeds its capacity and no key its activations.
fleet-proof-holds-but = Proof: the plan keeps every promise for the machines that are not listed as unsaved.
fleet-proof-broken = The plan breaks a promise; please report this: { $codes }.
fleet-files = What was read
fleet-unread = What was not read
fleet-doubts = What is not certain
fleet-forecast = What is to be expected
fleet-urgent = The most urgent machines
fleet-gaps = Keys needed
fleet-waves = Waves
fleet-unsaved = Machines that the plan cannot save
fleet-remedies = What would save them
fleet-left-out = Left out of the plan
fleet-ends = When leases end, and when machines move
fleet-no-keys = No list of keys was given, so as many activations as needed are assumed.
fleet-keys-bad = Lines of the list of keys that are no key: { $lines }.
fleet-keys-masked = The list of keys holds full keys. They were masked and not kept; the last five characters are enough.
fleet-without-pilots = Pilots were given up, because waiting for them would have lost machines.
fleet-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
fleet-nothing-read = Nothing that looks like an inventory was read.
fleet-scripts-skipped = Without a usable name, not in the scripts: { $machines }.
fleet-cannot-open = cannot open { $file }: { $why }
fleet-bad-column = --column is written HEADER=FIELD; known fields: { $fields }
fleet-too-many = too many files
fleet-place = { $file }, line { $line }
fleet-column-file = File
fleet-column-formats = Format
fleet-column-encoding = Encoding
fleet-column-machines = Machines
fleet-column-unread = Not read
fleet-column-notes = Notes
fleet-column-why = Why
fleet-column-machine = Machine
fleet-column-site = Site
fleet-column-product = Product
fleet-column-outlook = Outlook
fleet-column-safe = Last safe day
fleet-column-needed = Needed
fleet-column-covered = Covered
fleet-column-missing = Missing
fleet-column-misfit = Why keys at hand do not fit
fleet-column-wave = Wave
fleet-column-day = Day
fleet-column-overdue = Overdue
fleet-column-pilots = Pilots
fleet-column-planned = Planned all the same
fleet-column-count = Count
fleet-column-week = Week from
fleet-column-ends = Leases end
fleet-column-moves = Machines move
fleet-outlook-overdue = Time has run out; first in line
fleet-outlook-never-activated = Never activated; will not get better without a key host
fleet-outlook-out-of-contact = Out of contact with the key host; the lease runs down
fleet-outlook-leased = Leased and renewing
fleet-outlook-unclear = By a key host, but how long is not known
fleet-outlook-implausible = More time than a regular lease has; a human has to look
fleet-outlook-permanent = Permanent; nothing to do
fleet-outlook-not-activated = Not activated, but not by a key host either
fleet-outlook-key-host = Key host; has to stay until the last client left
fleet-outlook-not-planned = Takes no part
fleet-doubt-host-from-file-name = machine named after its file
fleet-doubt-host-unknown = nothing names the machine
fleet-doubt-boundary-guessed = where one machine ends was concluded
fleet-doubt-encoding-guessed = encoding chosen by likelihood
fleet-doubt-encoding-mixed = several encodings in one file
fleet-doubt-labels-unknown = labels in an unknown language; values were recognised
fleet-doubt-state-unknown = license state not known
fleet-doubt-time-unknown = time of collection not stated; time of the file taken
fleet-doubt-time-ambiguous = date can be read in several ways; earliest taken
fleet-doubt-clock-ahead = clock of the machine is ahead
fleet-doubt-clock-nonsense = clock of the machine was never set
fleet-doubt-days-only = only days are stated; one day less taken
fleet-doubt-days-disagree = minutes and days disagree
fleet-doubt-remaining-implausible = more remains than a regular lease has
fleet-doubt-number-unreadable = a number could not be read
fleet-doubt-channel-unknown = channel not stated
fleet-doubt-channel-disagrees = two statements about the channel disagree
fleet-doubt-product-ambiguous = several licenses could be that of the system
fleet-doubt-product-unknown = product not recognised
fleet-doubt-parts-ignored = some parts were not understood
fleet-doubt-key-masked = a full key stood there; it was masked and not kept
fleet-doubt-partial-key-odd = last five characters of the key look odd
fleet-doubt-cut-off = cut off or shortened
fleet-doubt-extension-lies = not what the file name says
fleet-doubt-tool-error = the tool reported an error
fleet-doubt-nothing-installed = no license installed
fleet-doubt-names-joined = short and full name taken for one machine
fleet-doubt-name-shared = two machines with one name, kept apart
fleet-doubt-machine-id-shared = same machine id as another: cloned
fleet-doubt-reports-disagree = reports disagree; the more cautious one counts
fleet-failure-empty = empty
fleet-failure-binary = no text and no known format
fleet-failure-too-large = larger than the limit
fleet-failure-too-many-files = more files than the limit
fleet-failure-too-many-records = more machines than the limit
fleet-failure-too-deep = nested too deep
fleet-failure-archive-broken = damaged archive
fleet-failure-archive-bomb = archive inflates beyond the limit
fleet-failure-archive-locked = archive needs a password or an unknown method
fleet-failure-json-broken = damaged or cut-off JSON
fleet-failure-xml-broken = damaged or cut-off XML
fleet-failure-table-broken = damaged table
fleet-failure-spreadsheet-broken = damaged spreadsheet
fleet-failure-columns-unknown = columns not known; assign them with --column
fleet-failure-unrecognised = does not look like an inventory
fleet-failure-tool-error = the tool reported an error instead of an inventory
fleet-lost-no-key = no key or activation left
fleet-lost-ends-before-start = ends before the first day
fleet-lost-closed = its site is closed until then
fleet-lost-waits-for-others = waits for others too long
fleet-lost-capacity = too many are due for the capacity
fleet-misfit-product = other product
fleet-misfit-edition = other edition
fleet-misfit-version = other version
fleet-misfit-used-up = used up
fleet-left-out-nonpersistent = thrown away at log-off; each log-on would use an activation
fleet-left-out-implausible = more time than a regular lease has; a human has to look
fleet-left-out-key-host = key host; move it last
fleet-left-out-product-unknown = product not recognised, so no key can be chosen
fleet-urgency-overdue = overdue
fleet-urgency-unclear = time not known
fleet-urgency-in-reserve = within the reserve
fleet-urgency-out-of-contact = out of contact
fleet-urgency-in-time = in time
fleet-remedy-more-activations = { $count ->
    [one] { $count } more activation of { $product }
   *[other] { $count } more activations of { $product }
}
fleet-remedy-more-capacity = { $count ->
    [one] { $count } machine per day
   *[other] { $count } machines per day
}
fleet-remedy-start-earlier = { $count ->
    [one] moving { $count } machine before the first day, by { $day }
   *[other] moving { $count } machines before the first day, the first by { $day }
}
fleet-remedy-open-site = { $count ->
    [one] opening the site { $site } on more days, for { $count } machine
   *[other] opening the site { $site } on more days, for { $count } machines
}
fleet-remedy-loosen-order = { $count ->
    [one] giving up an order that { $count } machine waits for
   *[other] giving up an order that { $count } machines wait for
}
fleet-remedy-keep-key-host = { $count ->
    [one] keeping the key host running longer: { $count } of these machines still renews
   *[other] keeping the key host running longer: { $count } of these machines still renew
}
fleet-exit-done = Done, or already done before.
fleet-exit-restart-advised = Done; restart the machine when it suits.
fleet-exit-used-up = The activations of the key are used up. The wave stops; raise the limit or use another key.
fleet-exit-blocked = The key is blocked. The wave stops; find out whether the purchase was cancelled, or get a new key.
fleet-exit-wrong-edition = The key is not for this edition or version.
fleet-exit-no-network = The activation service or the machine could not be reached: proxy, firewall, DNS or time.
fleet-exit-not-elevated = Not run with administrative rights.
fleet-exit-ambiguous = Several licenses could be meant, or none is installed; nothing was changed.
fleet-exit-no-key = No well-formed key was given.
fleet-exit-not-verified = After installing, the machine does not report an activated multiple activation key. A key of another channel was taken back.
fleet-exit-other = Anything else; the result code in the report says what.
fleet-result-key-not-accepted = The key is not accepted: compare it with the portal.
fleet-result-key-blocked = The key is blocked: get a new one.
fleet-result-used-up = The activations are used up: raise the limit or use another key.
fleet-result-wrong-region = The key is not for this place.
fleet-result-wrong-edition = Key and installed edition or version do not fit.
fleet-result-restart-pending = A restart is pending: restart first.
fleet-result-no-rearm = No rearm is left. Do not rearm; install the key.
fleet-result-time-ran-out = The lease or a grace has ended: install the key and activate.
fleet-result-hardware-changed = The hardware changed: activate again.
fleet-result-store-damaged = The store of licenses is damaged: repair the license files.
fleet-result-no-key = No key is installed.
fleet-result-offline-code-wrong = The confirmation code has a wrong format: type it again.
fleet-result-not-qualifying = A volume key needs a qualifying system.
fleet-result-key-host-cannot = The key host cannot serve: leave it and use the new key.
fleet-result-no-key-host = No key host could be reached: that is why you move.
fleet-result-not-genuine = The system is not taken for genuine: replace the key or repair the system.
fleet-result-clock-wrong = The clock is wrong: synchronise it.
fleet-result-not-elevated = Administrative rights are missing.
fleet-result-unreachable = The machine cannot be reached for management: firewall or WMI.
fleet-result-no-network = The activation service cannot be reached: proxy, firewall, name, TLS or clock.
fleet-result-information = Nothing is wrong; the code only informs.
fleet-format-slmgr = slmgr.vbs
fleet-format-slmgr-xpr = slmgr.vbs /xpr
fleet-format-ospp = ospp.vbs
fleet-format-list = list of properties
fleet-format-table = table of properties
fleet-format-csv = CSV
fleet-format-json = JSON
fleet-format-ansible = facts of Ansible
fleet-format-xml = XML
fleet-format-vamt = VAMT
fleet-format-spreadsheet = spreadsheet
fleet-resource = resource file
fleet-ignored = not understood: { $names }
fleet-family-windows = Windows
fleet-family-windows-server = Windows Server
fleet-family-office = Office
fleet-family-project = Project
fleet-family-visio = Visio
fleet-family-sql-server = SQL Server
fleet-family-unknown = unknown product
fleet-pack-title = How to use this pack
fleet-pack-1 = Read Move-License.ps1: it is one script for every way, and its head says what it changes. SHA256SUMS holds the checksum of each file.
fleet-pack-2 = Fill keys-template.txt with one LABEL=KEY per line and save it as keys.txt where only administrators may read it. No key belongs into a script, a command line or a log.
fleet-pack-3 = Try it first: Move-License.ps1 -DryRun changes nothing.
fleet-pack-4 = Run wave by wave: Invoke-Wave.ps1 -Wave 1, or the folders gpo, intune, configmgr and ansible; classic is for machines without PowerShell.
fleet-pack-5 = Collect the proof: Get-Inventory.ps1 again on each machine, and plan once more with its files. Machines that moved are then counted as done.
fleet-pack-6 = Way back, only while a key host still runs: put the generic client key into keys.txt as BACK-LABEL=KEY and run Move-License.ps1 -Phase Undo. Do not rearm.
fleet-pack-7 = Do not forget images, VM templates, task sequences, answer files and provisioning profiles: what is newly deployed from them with a generic key never activates once the key host is gone.
fleet-pack-report = report-to.txt holds an address and a token that is valid for this wave only. Scripts that find it beside them report there what they did; nothing else is sent, and never a key. Remove it to report nothing. The token ends after 14 days, or when the scripts of the wave are taken again. keys.txt, where it is there, holds the keys that were entered for this wave: hand it only to the scripts, and delete it afterwards.
fleet-exit-title = What the exit codes mean
fleet-result-title = What the result codes mean
