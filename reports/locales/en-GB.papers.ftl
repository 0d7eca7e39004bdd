# The fixed text of documents for single readers, which exist in English alone: equipment schedule, notice annex, evidence
# sheet, security notice, case, pack, the provider's page. What stands between { $ } comes from the document.
# Plain words: a reader of eleven to thirteen should follow each sentence.

## Months, people, documents

short-month-1 = Jan
short-month-2 = Feb
short-month-3 = Mar
short-month-4 = Apr
short-month-5 = May
short-month-6 = Jun
short-month-7 = Jul
short-month-8 = Aug
short-month-9 = Sep
short-month-10 = Oct
short-month-11 = Nov
short-month-12 = Dec
office-with-article = the { $office }
office-hr-adviser = adviser on staff matters
document-summary = monthly report
document-schedule = equipment schedule
document-security = security notices
document-case = a case, once two people unlocked it
purpose-policy = the policy on use
purpose-operations = keeping links working
source-flows = router records
source-dns = name lookups
source-leases = address leases
source-neighbours = neighbour tables
source-counters = router counters
source-packet-capture = packet headers
mode-categories = kinds of site
mode-totals = totals of each link
paper-contents = Contents
paper-notice = Notice to people
paper-signed = , signed on { $date }
paper-review = , to be reviewed by { $date }
paper-given = , given on { $date }

## The provider's page

provider-heading = Internet use reports: all councils
provider-for = For the IT provider
provider-skip = Skip to the councils
provider-lead = Where each council’s records and reports stand. No figure about people stands here.
provider-nothing-missing = Nothing is missing.
provider-nothing-missing-text = Every council’s records and reports are there.
provider-gaps = { $gaps ->
    [one] { $gapsShown } of { $all } councils needs a look.
   *[other] { $gapsShown } of { $all } councils need a look.
  }
provider-gaps-text = They are marked in the table.
provider-councils = Councils
provider-none = There is no council yet.
provider-caption = Last month, nights and review, by council
provider-head-council = Council
provider-head-look = Needs a look
provider-head-last-month = Last month
provider-head-nights = Nights this month
provider-head-last-night = Last night
provider-head-review = Next review
provider-yes = Yes
provider-no = No
provider-unknown = Not known
provider-unreadable = Its configuration cannot be read
provider-last-month = { $month }: { $state }
provider-nights = { $missing ->
    [0] None missing in { $month }
   *[other] { $missingShown } missing in { $month }
  }
provider-no-date = No date
provider-overdue = Overdue since { $date }
provider-foot = All councils.
provider-not-for-publication = For the IT provider, not for publication.

## Equipment schedule

schedule-title = Equipment schedule, { $month }: { $name }
schedule-heading = Equipment schedule, { $month }
schedule-skip = Skip to the schedule
schedule-for-all = For { $readers } alone. A holder may be handed their own page and no other.
schedule-for-holder = For whoever held { $assets } on the days below, and for { $readers }.
schedule-serves-bills = This schedule is about individual people. It serves to pay bills, and nothing else.
schedule-serves-both = This schedule is about individual people. It serves to pay bills and to keep the network in order, and nothing else.
schedule-own-serves = This page is about one holder. It serves to pay bills, and nothing else.
schedule-test-clock = This schedule was made with the clock set by hand to { $clock }. It is an example, not a record.
schedule-running = { $name }: equipment schedule, { $month }. For { $readers } alone.
schedule-sheet = Asset { $assets }
schedule-held = What the links issued to one holder cost.
schedule-not-held = Nobody held this in the register on these days.
schedule-devices = Council devices on shared links
schedule-devices-what = For maintenance and capacity: one wide band of each device’s data in the month.
schedule-bands-caption = Data of council devices in the month
schedule-caption = Bills of { $assets }, with VAT
schedule-cycle = { $start } to { $end }
schedule-head-asset = Asset
schedule-head-asset-cycle = Asset and billing cycle
schedule-head-cycle = Billing cycle
schedule-head-where = Where
schedule-head-data = Data (GB)
schedule-head-allowance = Allowance used (%)
schedule-head-cost = Cost (£)
schedule-head-forecast = Forecast (£)
schedule-uk = UK
schedule-abroad = Abroad
schedule-sign-z = that it does not apply: a cycle that is over has no forecast, and not all use has an allowance
schedule-explained = Data are rounded up to the next tenth of a gigabyte, and the share of the allowance is told from that. A cycle that has not ended shows its cost so far and the cost expected at its end. If the link changed hands within a cycle, only your own days are here. No kind of site and no time of day is counted on this link.
schedule-notes = How to read it
schedule-note-lines = The lines say what links issued to one person each cost. Nothing else is counted on them: no kind of site, no time of day.
schedule-note-rounded = Data are rounded up to the next tenth of a gigabyte. The share of the allowance is told from that, so it is the most that it can be.
schedule-note-hands = Where a link changed hands within a billing cycle, each holder has a line with their own dates. The contract is divided by days, the rest by the data each used.
schedule-note-open = A cycle that has not ended shows its cost so far and the cost expected at its end.
schedule-note-bands = The bands serve maintenance and capacity. They say what council devices carried over shared links in the month, and not what for.
schedule-note-withheld = The bands of council devices are not shown this month. With the summary beside them, a reader could work out too much of somebody’s use.
schedule-note-missing = There are no records for { $dates }, so true use may be higher.
schedule-rights = Rights of each holder
schedule-rights-text = Each holder can ask what is held about them, have mistakes put right, and object.
schedule-own-rights = Your rights
schedule-own-rights-text = You can ask what is held about you, have mistakes put right, and object.
schedule-complain = To object or complain
schedule-about = About this schedule
schedule-foot = { $name }: equipment schedule, { $month }.
band-under-1 = Under 1 GB
band-from-1 = 1 to 10 GB
band-from-10 = 10 to 50 GB
band-from-50 = 50 to 200 GB
band-over-200 = Over 200 GB
schedule-letter-text = The schedule is about single people. It serves to pay bills and to keep the network in order. Do not pass this message on: a holder may be handed their own page and no other.
schedule-letter-clock = Made with the clock set by hand to { $clock }. An example, not a record.
schedule-letter-where = The schedule is in the attached file.

## Notice annex

annex-title = What is measured: { $name }
annex-heading = What is measured, and what never is
annex-skip = Skip to the annex
annex-readers = For everybody whom it is about: { $readers }, and guests.
annex-lead = This is the annex to the notice on use of the internet. It was made from the settings that run, as they stand on { $date }. Nobody’s content is read.
annex-test-clock = This annex was made with the clock set by hand to { $clock }. It is an example, not a record.
annex-less = Less is measured at present.
annex-nothing = Nothing is read. What follows would run if the impact assessment allowed it.
annex-totals = Only the totals of each link are measured. The rest of what follows would run if the impact assessment allowed it.
annex-empty = None.
annex-purposes = What it is for
annex-purposes-lead = Records are used for these purposes and for no other.
annex-sources = What is read
annex-sources-lead = The program reads these records once a night, and no others.
annex-never = What is never collected
annex-never-lead = No setting changes this: the program has no place to put any of it.
annex-links = Which internet links
annex-links-lead = Everybody’s data counts in a link’s total, that of guests and of people’s own devices too.
annex-devices = Which devices
annex-devices-lead = These devices belong to the council. One with a holder is measured only after its holder has had the notice, and not while its holder objects. No other device is measured: it counts in a link's total and nowhere else.
annex-kinds = Which kinds of site
annex-kinds-lead = The name of a site is turned into one of these kinds in memory, and then dropped.
annex-times = Which times of day
annex-times-lead = Use is sorted into these classes for employees with set hours, and for nobody else.
annex-figures = When a figure may be shown
annex-figures-lead = These rules are part of the program. Settings can make them stricter, never weaker.
annex-security = Security notices
annex-security-lead = A notice that a device met a known threat goes to those who are named for it below. It is kept apart, and is never used to judge how anybody works.
annex-security-empty = No security rule is active.
annex-exceptions = Rules about single people
annex-exceptions-lead = Nothing about one person leaves the program unless two people in office unlock it and say why.
annex-exceptions-empty = No rule about single people is active.
annex-documents = What is made
annex-documents-lead = The program makes these documents and no others.
annex-recipients = Who receives it
annex-recipients-lead = Nobody else receives anything.
annex-retention = For how long it is kept
annex-retention-lead = What is past its time is deleted at night, by itself, and the deletion is recorded.
annex-rights = What you can do
annex-rights-lead = You do not need a reason to ask.
annex-about = About this annex
annex-fingerprint = Fingerprint of this annex
annex-fingerprints = Fingerprint of each part
annex-check = Whoever keeps the settings can run a check. It compares them with the fingerprint of the annex that you were given, and says which part has changed since.
annex-foot = { $name }: annex to the notice on use of the internet, { $date }.

## Evidence sheet

evidence-title = Evidence sheet: { $name }
evidence-heading = Evidence sheet
evidence-skip = Skip to the sheet
evidence-lead = For the council and its auditors, in the annual governance review. It says how the council’s internet use was measured, under which rules, and what the record shows on { $date }. It holds no figure about people.
evidence-test-clock = This sheet was made with the clock set by hand to { $clock }. It is an example, not a record.
evidence-rules = Rules in force
evidence-annex = Annex to the notice
evidence-annex-true = the annex that people were given says what runs
evidence-annex-false = the annex that people were given no longer says what runs
evidence-annex-unknown = which annex people were given is not recorded
evidence-requirements = Requirements of the assessment
evidence-met = { $met } of { $all } requirements met
evidence-measured = What may be measured
evidence-allowed = the council asks for { $asked }; allowed: { $allowed }
evidence-unmet = Not met
evidence-settings = Settings
evidence-settings-caption = Since when each part is as it is now
evidence-part = Part
evidence-since = Since the night of
evidence-changes = Changes on record
evidence-no-night = no night yet
configured-assessment = Impact assessment
configured-authority = Links, tariffs and hours
configured-categories = Lists of kinds of site
configured-mobile-usage = Operator’s list of mobile data
configured-paid-wifi = Claims for paid Wi-Fi
configured-people = List of people
configured-register = Register of devices
configured-top-ups = Top-ups of prepaid links
evidence-year = { $first } to { $last }
evidence-nights = Nights measured: { $nights }.
evidence-from-to = { $nights }, from { $first } to { $last }
evidence-withheld = Months withheld: { $months }.
evidence-none-released = No month was released.
evidence-none-deleted = Nothing was due for deletion.
evidence-reports = Monthly reports
evidence-released-on = Released on
evidence-ways = Ways to recognise a person
evidence-corrections = Corrections
evidence-attack = Before a month is released, the program tries to work out single people from it. It does so in the place of each reader whom the table names. It cuts the report until it finds no way.
evidence-not-there = its file is not there as recorded
evidence-not-tried = totals only: none was looked for
evidence-tried = { $breaches } found; they were looked for as { $readers }
released-complete = complete
released-gaps = with gaps
released-complete-restricted = complete, restricted
released-gaps-restricted = with gaps, restricted
released-lowered = totals only
released-recorded = recorded
evidence-deleted = Deleted because its time was over
evidence-what = What
evidence-times = Times
evidence-last-time = Last time
evidence-up-to = Deleted up to
evidence-ledger = Ledger
evidence-ledger-what = The ledger is the record of every night, release, reading and deletion. Each entry is signed and holds the fingerprint of the one before, so that none can be changed or left out unseen.
evidence-ledger-whole = whole: the chain holds
evidence-ledger-broken = the chain is broken: an entry was changed or is missing
evidence-entries = Entries
evidence-head = Fingerprint of the last entry
evidence-annex-fingerprint = Fingerprint of the annex
evidence-foot = { $name }: evidence sheet, { $date }.

## Security notice

security-title = Security notice for { $date }: { $name }
security-heading = Security notice for { $date }
security-skip = Skip to the notice
security-lead = For { $readers } alone. { $findings } on { $devices }. A finding is a reason to look, not proof.
security-findings = { $n ->
    [one] { $shown } new finding
   *[other] { $shown } new findings
  }
security-devices = { $n ->
    [one] { $shown } device
   *[other] { $shown } devices
  }
security-readers = To mend the devices, the IT provider may see it too. Each holder may see what is about their own device. Nobody else may.
security-conduct = Not for conduct.
security-conduct-text = This notice says what a machine did, not who did it or why. Nobody may use it to judge how somebody works or behaves.
security-not-for = not for conduct: it says what a machine did, not who did it or why, and nobody may use it to judge how somebody works or behaves
security-test-clock = This notice was made with the clock set by hand to { $clock }. It is an example, not a record.
security-found = What was found
security-found-caption = New findings, by device
security-head-device = Device
security-head-what = What it did
security-head-met = With what
security-head-when = When
security-head-often = How often
security-head-data = Data
security-device = { $asset } ({ $kind })
security-on-list = on the list { $name }
security-times = { $first } to { $last }
security-lookups = { $n ->
    [one] { $shown } lookup
   *[other] { $shown } lookups
  }
security-records = { $n ->
    [one] { $shown } connection record
   *[other] { $shown } connection records
  }
security-not-reached = Not reached: the resolver gave no address
security-no-connection = No connection seen
security-megabytes = Up to { $megabytes } MB
security-met-unknown = not known
security-did-threat-name = Looked up a name that a threat list warns of
security-did-threat-address = Sent data to an address that a threat list warns of
security-did-peer-to-peer-name = Looked up names that programs for sharing files with strangers use
security-did-peer-to-peer-ports = Exchanged data with many others as programs for sharing files do
security-did-peer-to-peer-swarm = Exchanged data with very many others within an hour, as members of peer-to-peer networks do
security-did-remote-control-name = Looked up names that a program for remote control uses
security-did-remote-control-port = Was connected to an outside machine as programs for remote control are
security-did-remote-control-open = Let outside machines in at its own port for remote control
security-did-mining-name = Looked up names of a pool for mining digital coins
security-did-mining-port = Kept a connection open for hours, as programs for mining digital coins do
security-did-unknown = Met a rule that this program does not know
program-bittorrent = File sharing (BitTorrent and its kin)
program-teamviewer = TeamViewer
program-anydesk = AnyDesk
program-rustdesk = RustDesk
program-rdp = Remote desktop (RDP)
program-vnc = VNC
program-screenconnect = ScreenConnect
program-logmein = LogMeIn
program-gotomypc = GoToMyPC
program-splashtop = Splashtop
program-ultraviewer = UltraViewer
program-ammyy = Ammyy Admin
program-mining = Mining of digital coins
security-next-tell = Tell your IT provider now, and show them this page.
security-next-disconnect = Disconnect the device: unplug the cable and switch off Wi-Fi. Leave it switched on, so that your IT provider can see what runs on it.
security-next-blocked = Where it says “not reached”, something on the device asked and was stopped. Scan that device all the same.
security-next-remote = Ask the holder whether somebody rang or wrote and offered help with the computer. If so, disconnect it and treat it as taken over. If the program is yours, ask your IT provider to add it to the allowed ones.
security-next-peer = Find the program for sharing files and remove it. It may have come with another one.
security-next-scan = Have the device scanned for viruses by a program that is up to date. Do it before anybody uses the device again.
security-next-passwords = From another device, change the passwords that were used on it: e-mail and bank first.
security-next-thank = Thank whoever reports something odd. Nobody is blamed for telling.
security-breach = If personal data may be affected
security-breach-when = A finding does not mean by itself that there was a breach. If personal data were lost, changed or seen by somebody who should not see them, there was one. Then the law may set a time for telling the regulator.
security-clock = Only for a personal data breach that is likely to put people at risk: told to the Information Commission without undue delay and, where feasible, within 72 hours of becoming aware of it; what is later needs its reasons, and a decision not to report is recorded as well (UK GDPR article 33).
security-breach-form = The file beside this page whose name ends in “.incident.json” is a form for it, which any text editor opens: when somebody became aware, what was decided, and why. Keep a copy in the council’s own record of breaches, since the file is deleted with this notice.
security-continuing = Still going on
security-continuing-what = An earlier notice told of these within the week before.
security-continuing-caption = Findings that continue, by device
security-cannot = What this cannot show
security-cannot-who = Only council devices of people who were told of it, and shared devices, are looked at. A guest’s or a person’s own device may carry the same danger unseen.
security-cannot-names = Names are seen only where the device asks the council’s own resolver. Encrypted lookups and private networks hide them.
security-cannot-addresses = An address may serve several sites. The data beside a name are what was exchanged with its addresses, at most.
security-cannot-content = No content was read: only names looked up and headers of connections.
security-about = About this notice
security-rule = Rule { $name }
security-list = Threat list { $name }
security-licence = licence: { $name }
security-deleted = Deleted on
security-foot = { $name }: security notice for { $date }.

## Case

case-title = Case { $case }: { $name }
case-heading = Case { $case }, { $month }
case-skip = Skip to the case
case-lead = For the { $reviewer }, who reviews this case, and for nobody else.
case-readers = This file is about one person. Do not copy it, and do not put it into minutes or an agenda pack.
case-test-clock = This file was made with the clock set by hand to { $clock }. It is an example, not a record.
case-rule = The rule
case-rule-text = { $rule }. It is rule “{ $id }” of the council’s impact assessment, and was fixed before the month began. Core working time is the hours that somebody declared, without lunch.
case-rule-version = { $rule }. It is rule “{ $id }” of the council’s impact assessment, version { $version }, and was fixed before the month began. Core working time is the hours that somebody declared, without lunch.
case-counted = What was counted
case-assets = Asset { $assets }. Look it up in the council’s own register; this file names nobody.
case-days = Dates on which the rule was met
case-minutes = Minutes, rounded down
case-data = Data, rounded down (MB)
case-received = Records received (%)
case-not-told = not told
case-error = Kinds of site are told from the names that the device itself looked up. Pages load parts of other sites by themselves, a page left open goes on talking, and a site used for work may be of the same kind.
case-error-minutes = Minutes are those in which the device exchanged data. They are not minutes of attention.
case-error-data = Data are what the device exchanged, looked at or not.
case-error-missing = Dates on which records were missing count for less.
case-none = No site is named, because none is kept. Other kinds of use, lunch breaks and evenings are not looked at.
case-nobody = Nobody met the rule. The case is closed, and there is nothing to review.
case-why = Why it was unlocked
case-unlocked = The { $office }, { $date }
case-next = What to do
case-next-hear = Nothing follows from these figures by themselves. Hear the person first. They get a notice that says what is written here: make sure that they have it.
case-next-ask = Ask whether work explains it, and whether the kind of site is right.
case-next-close = Then close the case with an outcome, a reason and what the person said. Until then it is under review.
case-closed = The case was closed on { $date }: { $outcome }.
case-reason = Reason
case-account = What the person said
outcome-mistaken = the figures were mistaken
outcome-no-action = no action
outcome-advice = advice was given
outcome-rule-change = the rule is to be changed
outcome-procedure = it goes on in the council’s staff procedure
case-about = About this file
case-opened = Opened
case-given = Given to the { $reviewer }
case-kept = Kept until
case-kept-text = { $kept }; then it is deleted here. Delete your copy as well.
case-complaints = Complaints
case-foot = { $name }: file of case { $case }, { $month }.

## Notice about a case

notice-title = Notice about case { $case }: { $name }
notice-heading = A case about your use of the council’s internet
notice-lead = To the holder of asset { $assets }, and to nobody else.
notice-readers = This notice is about you. Hand it to the holder alone.
notice-happened = What happened
notice-what = On { $disclosed } case { $case } about { $month } was given to the { $reviewer }. It is about a rule of the council’s impact assessment that everybody was told of: { $rule }. Core working time is the hours that you declared, without lunch.
notice-says = What the file says
notice-none = No site is named, because none is kept. Other kinds of use, lunch breaks and evenings were not looked at.
notice-can = What you can do
notice-can-say = Say what explains it. Nothing is decided before you were heard, and what you say goes into the file.
notice-can-wrong = Say that the figures or the kind of site are wrong. They can be corrected.
notice-can-copy = Ask for a copy of everything that is held about you, or object to being measured.
notice-can-complain = Complain: { $complaints }
notice-who = Who unlocked it
notice-unlocked = { $date }, for a reason that is in the file
notice-kept = { $kept }; then the file is deleted.
notice-foot = { $name }: notice about case { $case }, { $month }.

## Pack of a person

pack-title = What is held about { $person }: { $council }
pack-heading = What is held about { $person }
pack-skip = Skip to what is held
pack-lead = Made on { $made } from the council’s records of internet use. It holds this person’s data and nobody else’s.
pack-readers = For { $person } alone. Whoever hands it over does not read it, and deletes their copy.
pack-test-clock = This pack was made with the clock set by hand. It is an example, not a record.
pack-facts = In short
pack-none-held = No rows of use are held about you. Nothing was measured, or its time is over and it was deleted.
pack-held = { $n ->
    [one] { $rows } row of use is held about you, of { $months }.
   *[other] { $rows } rows of use are held about you, of { $months }.
  }
pack-no-content = No site name, no page and no content is held: names are turned into kinds of use and dropped.
pack-notice-dated = The notice in force is version { $version } of { $date }.
pack-notice = The notice in force is version { $version }.
pack-no-notice = The assessment names no notice.
pack-caption = { $title } (file { $file })
pack-more-columns = The file has more columns.
pack-nothing = There is nothing of this kind.
pack-no-cell = none
pack-use-by-month = Use by month and kind
pack-use-by-month-about = The rows of use.csv, added up. Megabytes of the kinds add up to all kinds. Minutes need not, since two kinds may share a minute.
pack-use-about = Each row is one device, one kind of use and one quarter of an hour. It says how many bytes there were and how many connections began. It says in which of its fifteen minutes the device was active, too (0 is the first). Where the asset is empty, the register no longer has the device under your name.
pack-schedule = Links issued to you, by billing cycle
pack-schedule-about = Bytes and costs including VAT of links issued to a device of yours, for cycles of which there are records and in which you alone held it. A cycle that still runs is a forecast.
pack-links-by-day-about = Bytes of each such link on each day on which you held it.
pack-person = You in the list of people
pack-person-about = Your lines in the council’s list of people. The file has every column as it stands there.
pack-devices = Your devices in the register
pack-devices-about = Your lines in the council’s register of devices. The file has every column as it stands there.
pack-claims = Expense claims for paid Wi-Fi
pack-claims-about = Claims for paid Wi-Fi made for a device on a day on which you held it.
pack-notices = Security notices about your devices
pack-notices-about = What was found for security alone: contacts with an entry of a threat list, and traces of programs that the policy forbids. It is never joined to the rows of use.
pack-cases = Cases about you
pack-cases-about = Cases that two office holders unlocked and that were given to a reviewer. What a case says was given to you when it was.
pack-holds-about = Copies of rows of use that a hold keeps for a case until its last day, in the form of use.csv.
pack-ledger = Entries about you in the ledger
pack-ledger-about = The ledger is the record of every release, reading and deletion. It names nobody; these entries bear a hash that only the council’s key can tell to be yours. They stay. Giving you this pack is entered after it is written.
pack-retention-about = As the council’s impact assessment says.
pack-shared = Devices of several people
pack-none-shared = No device of several people is measured.
pack-shared-others = { $n ->
    [one] { $others } device
   *[other] { $others } devices
  }
pack-shared-assets = { $assets }
pack-shared-both = { $assets } and { $others } more
pack-shared-what = The council also measures devices that several people use: { $devices }. Their rows name nobody, not even by a pseudonym, so nobody can say which of them are yours. They are described here and not given, since they would show what other people did.
pack-why = Why, and from where
pack-purposes = Purposes in the council’s impact assessment: { $purposes }.
pack-basis = Lawful basis: { $basis }.
pack-sources = Where the data come from: { $sources }.
pack-recipients = Who receives what
pack-recipients-what = Rows about you leave the program in this pack, in a case that two office holders unlocked, or not at all. The documents below are made from them.
pack-retention = How long it is kept
pack-goes = Rows and key are deleted on { $date }.
pack-published = Its report is published; it names nobody, and stays as it is.
pack-not-published = Its report is not published yet.
pack-earlier = Every earlier month
pack-earlier-text = Nothing is held. Rows about people and the key of their pseudonyms were deleted together.
pack-raw = The raw records
pack-raw-what = The records that routers and resolvers write are the council’s, and its IT provider keeps them. They are not part of this pack, because they hold everybody’s connections in one stream.
pack-raw-days = They are kept for { $days } days at most.
pack-raw-ask = Ask the council for them.
pack-raw-ask-as = Ask the council for them, as this line of its assessment says: { $contact }
pack-no-advice = This page is no legal advice.
pack-right-access = A copy of what is held (access). The council normally answers within one month of your request, or of what it needs to know who you are. It may take up to two months longer where requests are complex or many, and must say so within the first month. Days on which it waits for you to make your request clear do not count.
pack-right-mistakes = Mistakes put right (rectification). Where a device stood under the wrong name, the register is corrected by date, and the rows of open months move to the right person.
pack-right-objection = Not to be measured (objection), since the council relies on its legitimate interests; or not for now (restriction). Rows of open months are deleted.
pack-right-erasure = Erasure. Rows of open months are deleted. A published report names nobody and does not change.
pack-right-complain = To complain to the council. From 19 June 2026 it must make complaining easy, acknowledge a complaint within 30 days of receiving it, and answer without undue delay (section 164A of the Data Protection Act 2018).
pack-right-how = How: { $contact }
pack-right-regulator = To complain to the data protection regulator.
pack-files = The files of this pack
pack-rows = { $rows ->
    [one] { $rowsShown } row.
   *[other] { $rowsShown } rows.
  }
pack-sums = Check sums of all files, to show that none was changed.
pack-foot = { $council }: what is held about { $person }.
