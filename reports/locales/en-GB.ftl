# The fixed text of the summary and its sheets. What stands between { $ } comes from the document, with its source.
# Plain words: a reader of eleven to thirteen should follow each sentence.

## Months, lists, units

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
and = and
none = None
unit-gb = GB
unit-hour = hours
unit-person-day = person-days
measure-volume = Data
measure-time = Active time
measure-days = Days of use
measure-volume-meaning = Everything sent and received, as the router counts it. A gigabyte (GB) is a thousand million bytes.
measure-time-meaning = Minutes in which a device sent or received something, added up over people. Two sites in the same minute are one minute. Devices also talk to sites while nobody is looking, so this is not time spent reading.
measure-days-meaning = One person who used this kind of site on one day is one person-day.

## Head and foot

page-title = Internet use in { $month }: { $name }
page-heading = Internet use in { $month }
page-skip = Skip to the report
page-lead = What the council’s internet links carried and cost. Nobody’s content was read.
page-lead-kinds = What the council’s internet links carried and cost, and what kinds of use that was. Nobody’s content was read.
page-foot = { $name }: internet use in { $month }.
not-for-publication = Not for publication.
not-for-publication-text = Only the recipients named at the end may read this report.
test-clock = Test clock.
test-clock-text = This report was made with the clock set by hand to { $clock }. It is an example, not a record.
made-with-test-clock = Made with a test clock.
correction = Correction.
status-complete = Complete month
status-complete-text = Records are there for every day of the month.
status-gaps = Some records are missing
status-gaps-text = On some days records are missing or incomplete, so the true figures are higher. The coverage table says where.
status-lowered = Totals only this month
status-lowered-text = The council’s settings ask for kinds of site, but the impact assessment does not allow them this month. Only totals are shown.
status-withheld = Figures withheld
status-withheld-text = The rules do not let this month’s figures be shown. The reasons are below.

## Headings

heading-facts = In short
heading-use = How the internet was used
heading-carried = How much the links carried
heading-costs = What it cost
heading-complete = How complete it is
heading-faults = How well the lines worked
heading-measured = What was measured
heading-not-measured = What was not measured
heading-next = What to do next
heading-contents = In detail
heading-d-use = Every kind of use
heading-d-times = Times of day
heading-d-trend = Month by month
heading-d-links = Links and data
heading-d-costs = Costs
heading-d-bundles = Data bundles
heading-d-wifi = Paid Wi-Fi
heading-d-security = Security
heading-d-withheld = What is not shown, and why
heading-this-month = This month
heading-lacks = What the impact assessment lacks
heading-d-method = How it was measured
heading-records = Records read
heading-measures = Measures
heading-kinds = Kinds of use
heading-d-rights = Your rights
heading-recipients = Who receives what
heading-d-queries = How each table is counted
heading-d-about = About this report

## Facts

fact-use = { $label } used the most data of any named kind: { $value } { $unit }.
fact-link = { $label } carried the most data: { $value } { $unit }.
fact-counted = In all, the routers counted { $value } { $unit }.
fact-working-hours = Employees with set hours used { $value } { $unit } in working hours.
fact-cost-over = { $link } cost £{ $pounds }. Its bills since { $since } come to £{ $spent }, over the year’s budget of £{ $budget }.
fact-cost-so-far = { $link } cost £{ $pounds }. Its bills since { $since } come to £{ $spent }. Its budget for the year is £{ $budget }.
fact-cost-within = { $link } cost £{ $pounds }. Its bills since { $since } come to £{ $spent }, within the year’s budget of £{ $budget }.
fact-cost-budget = { $forecast ->
    [yes] { $link } is expected to cost £{ $pounds }. Its budget for the year is £{ $budget }.
   *[no] { $link } cost £{ $pounds }. Its budget for the year is £{ $budget }.
  }
fact-cost-no-budget = { $forecast ->
    [yes] { $link } is expected to cost £{ $pounds }. The council set no budget for it.
   *[no] { $link } cost £{ $pounds }. The council set no budget for it.
  }
fact-coverage = { $link } was fully recorded on { $complete } of { $days } days.

## What to do next

next-restricted = Do not publish this report. With few people, even totals can be personal data.
next-gaps = Ask your IT provider why records are missing, and whether they can still be found.
next-over-budget = { $link } is over its budget for the year: £{ $spent } against £{ $budget }. Ask about a plan that fits.
next-runs-out = { $link } will probably use up its data before { $date }. Ask about a larger plan.
next-data = { $link } has used { $percent } % of its data or more. Ask about a larger plan if this happens often.
next-claims = Claims for paid Wi-Fi that do not fit the equipment register: { $claims }. Your IT provider can list them.
next-abroad = { $link } cost £{ $pounds } for use abroad. Switch roaming off where it is not needed.
next-review = Review the impact assessment by { $date }. From that day on the report shows totals only.
next-block = Your IT provider can block kinds of site in working hours. That needs no monitoring.
next-nothing = Nothing needs doing this month. The report can go to the next meeting.
ask-whom = Whom to ask
ask-review = Assessment review due

## What to do where the impact assessment falls short, by the code of what it lacks

todo-file = Have an impact assessment written, and give it to your IT provider. Without one nothing is read.
todo-signed = Have the impact assessment signed, and tell your IT provider by whom and when.
todo-version = Give the impact assessment a version number.
todo-review-due = Review the impact assessment, and set the date of the next review.
todo-purposes = Say in the impact assessment what the measuring is for.
todo-basis = Say in the impact assessment which lawful basis the council relies on. Consent of staff is none.
todo-balancing-test = Write the balancing test, and keep it with the impact assessment.
todo-consultation = Say in the impact assessment how people were asked for their views, or why not.
todo-residual-risk = Reduce the risk that is left, or ask the regulator before anything is read.
todo-retention = Say in the impact assessment for how long each kind of record is kept, within the limits that your IT provider can name.
todo-recipients = Say in the impact assessment who gets which document.
todo-complaints = Say in the impact assessment how people can complain, and to whom.
todo-article8 = Answer the six questions on private life in the impact assessment.
todo-source-alternatives = Say in the impact assessment which gentler way was thought of for each kind of record, and why it does not do.
todo-controller-consent = Have the council agree to the reading of name lookups, and record when it did.
todo-operator = Say in the impact assessment who runs this for the council, and under which agreement.
todo-own-system = Say in the impact assessment that links and name lookups are there for the council’s own work.
todo-visitors = Say in the impact assessment how guests are told: by a sign at the door, or when they join the Wi-Fi.
todo-interception-letters = Say in the impact assessment on which legal ground each purpose reads name lookups.
todo-sources = List in the impact assessment which records are read.
todo-outputs = List in the impact assessment which documents are made.
todo-mode = Decide if the council wants totals or kinds of site, and tell your IT provider.
todo-layout = Ask your IT provider to correct the setting for the layout of tables.
todo-notice = Give people the notice, and tell your IT provider its version and its date.
todo-notice-web = Amend the policy and the notice to cover use of the web. Give them to everybody, then tell your IT provider.

## Tables

sign-means = { $sign } means { $meaning }.
sign-c = too few people to show, or none
sign-x = not available: records are missing
sign-z = does not apply
sign-low = rounds to zero, but is not zero
sign-e = estimated
sign-r = revised
head-link = Link
head-time = Time of day
head-kind = Kind of use
head-notes = Notes
head-bill = Bill
head-cost = Cost (£)
head-budget = Year’s budget (£)
head-spent = Year so far (£)
head-fixed = Fixed (£)
head-usage = Use (£)
head-abroad = Abroad (£)
head-total = Total (£)
head-known-from = Known from
head-state = State
head-days-complete = Days complete
head-days = Days
head-received = Received (%)
head-part = Part
head-month = Month
head-cycle = Link and billing cycle
head-bundle = In the plan (GB)
head-lasts = Will it last?
head-all-data = All data (GB)
caption-main-links = Data carried by each link
caption-main-use = Data by kind of use
caption-main-use-joined = Data, time and days, by kind of use
caption-use = Every kind of use with its figures
caption-costs-short = Bills and budgets, with VAT
caption-costs-full = Costs by billing cycle, with VAT
caption-coverage = Days and records, by link
caption-accounting = Where all the data went
caption-trend-links = Data of each published month, by link (GB)
caption-trend-use = Data of each published month, by kind of use (GB)
main-rest = Other kinds of use have no more data than these, or had too few people or none.
main-rest-link = See every kind of use
bill-to = to { $date }
bill-forecast-to = forecast to { $date }
bill-cycle = { $kind }, { $start } to { $end }
cycle-row = { $link }, cycle to { $date }
budget-none = None set
spent-none = Not shown
bundle-none = No set amount
lasts-over = Cycle is over
lasts-yes = Yes, very likely
lasts-perhaps = Perhaps not
lasts-no = No, very likely
lasts-unknown = Not known
state-final = Final
state-forecast = Forecast
state-forecast-range = Forecast, from £{ $low } to £{ $high } in nine cases of ten
state-data = { $percent } % of its data reached
state-budget = { $percent } % of its budget reached
source-operator = Operator’s records
source-tariff = Price plan and use
source-claims = Expense claims
cost-broadband = Broadband
cost-router = Mobile router
cost-dongle = Mobile dongle
cost-paid-wifi = Paid Wi-Fi
cost-issued = Several contracts
cost-flat = Fixed price
cost-bundle = Bundle
cost-per-mb = Paid by the megabyte
issued-links = Links issued to one person each, and claims without a line of their own
accounting-shown = In the link totals of this report
accounting-withheld = Held back by the rules
accounting-excluded = Left out: counted twice, inside the building, or of no link
accounting-undecodable = Could not be read
accounting-counted = All data counted
base = Figures are rounded to steps of { $base } { $unit }, each by itself. So the parts may not add up to the whole exactly.
missing = There are no records for { $dates }.

## Charts

chart-of-use = kinds of use
chart-of-links = what each link carried
chart-most-used = { $label } used most
chart-most-carried = { $label } carried most
chart-data-in = Data in { $unit }, { $month }
chart-title = Bar chart: { $what }
chart-desc = One bar for each row of the table that has a figure, in the order of the table. Bars begin at zero. { $label } has the longest bar of any named row. The table beside the chart has the figures.
chart-without = Rows with a symbol in place of a figure have no bar.
chart-other = All other use
chart-over-budget = { $label } is over its budget for the year
chart-costs-so-far = What the bills come to so far
chart-within-budget = The year’s bills are within budget
chart-costs-subtitle = Bills of the year so far out of the year’s budget, in pounds with VAT
chart-costs-title = Bar chart: costs against budgets
chart-costs-desc = One bar for each bill that has a budget. Bars begin at zero; the paler bar behind is the budget, and a line marks where it ends. The table of costs has the figures.
chart-value-of = { $before }{ $value } of { $before }{ $most }{ $after }
chart-complete = The records are complete
chart-days-missing = Some days are missing
chart-coverage-subtitle = Complete days, { $month }
chart-coverage-title = Bar chart: complete days by link
chart-coverage-desc = One bar for each link. Bars begin at zero; the paler bar behind is the whole month, and a line marks where it ends. The table of days and records has the figures.
chart-trend-more = More data than in { $month }
chart-trend-less = Less data than in { $month }
chart-trend-gaps = Some records are missing, so the months do not compare
chart-trend-same = As much data as in { $month }
chart-trend-subtitle = All data counted in each published month, in { $unit }
chart-trend-title = Bar chart: all data counted, by month
chart-trend-desc = One bar for each published month, the oldest first. Bars begin at zero. The table below the chart has the figures.
chart-bundle-full = { $label }: all of its data is used
chart-bundle-left = No plan has used all of its data
chart-bundle-subtitle = Data used in each billing cycle so far, out of the data in the plan, in GB
chart-bundle-title = Bar chart: data bundles
chart-bundle-desc = One bar for each billing cycle of a plan with a set amount of data. Bars begin at zero; the paler bar behind is the data in the plan, and a line marks where it ends. The table below the chart has the figures.

## How well the lines worked

fault-never-down = { $link }: { $never } seen to be down.
fault-never = never
fault-down = { $outages ->
    [one] { $link }: seen to be down { $outagesShown } time, for about { $length } in all.
   *[other] { $link }: seen to be down { $outagesShown } times, for about { $length } in all.
  }
fault-gaps = { $gaps ->
    [one] There are no records of { $gapsShown } day.
   *[other] There are no records of { $gapsShown } days.
  }
fault-lost = { $days ->
    [one] On { $daysShown } day the router’s records were lost on their way; the line itself may have worked.
   *[other] On { $daysShown } days the router’s records were lost on their way; the line itself may have worked.
  }
fault-light = At its busiest it used less than half of its speed.
fault-busy = At its busiest it used more than half of its speed.
fault-full = At its busiest it was full: things may have been slow.
fault-busiest = The busiest quarter of an hour began at { $time } on { $date }, at about { $percent } % of its speed.
fault-lookups = Looking up names: { $failed } % of lookups had no good answer, and { $unknown } % asked for names that do not exist.
fault-delay = An answer usually took about { $ms } milliseconds.
fault-unusual = { $days ->
    [one] It went much worse than usual on { $daysShown } day.
   *[other] It went much worse than usual on { $daysShown } days.
  }
length-hours = { $hours ->
    [one] 1 hour
   *[other] { $hoursShown } hours
  }
length-minutes = { $minutesShown } minutes

## In detail

times-who = These tables count employees with set working hours, and nobody else.
trend-side = What earlier reports said, side by side. Nothing is worked out anew.
trend-what = { trend-side } { $sign } means that a month’s report has no such figure.
links-everybody = Everybody’s data counts in a link’s total, that of guests and of people’s own devices too.
costs-what = A bill stands in the month in which its billing cycle ends. A cycle that has not ended is a forecast.
costs-year = The year is the financial year, which begins in April. “Year so far” adds up the bills that reports of the year have printed without a gap.
costs-partly = “Year so far” begins later than April for some links; the detail says when.
costs-since = “Year so far” of { $link } begins on { $since }: the reports have no bills of it before that.
bundles-what = A mobile plan has an amount of data for each billing cycle, and a cycle is seldom a calendar month. The table shows what each cycle used in this month, and in all months that have a report. Whether data will last is told from earlier days: “very likely” means in nine cases of ten.
wifi-what = Paid Wi-Fi is known from expense claims alone. The program does not look for it in the records.
wifi-bill = { $link }: £{ $pounds } claimed from { $start } to { $end }.
wifi-hidden = { $link }: too few claims to show, or none.
wifi-check = Claims that do not fit the equipment register: { $claims }.
security-what = Where a council looks for threats and forbidden programs, that is a purpose of its own. What is found is never joined with figures about use. It stands in a notice of its own, for the people who are named for it.
security-none = This report has no figure about security.
security-notices = Notices written this month: { $notices }.
withheld-tier-totals = Fewer than five people used council devices all month, or the impact assessment allows totals only. So the report shows what each link carried and cost, and no kinds of site. With so few people, a kind of site could point to one person.
withheld-tier-neutral = Between five and seven people used council devices all month. The report shows work services, what devices do by themselves, and all other use. It shows no kind of site that says how people spend their time.
withheld-tier-one-way = Between eight and eleven people used council devices all month. The report shows kinds of site, but does not divide them by time of day.
withheld-tier-crossed = Twelve or more people used council devices all month. The report shows kinds of site, and divides them into working hours and other times where enough employees have set hours.
withheld-rule = A figure about people is shown only if at least five people each had a real part in it. The parts of the others must be large enough too, so that nobody can work out closely what the biggest user did.
withheld-rule-use = Otherwise a symbol stands in its place. The same symbol stands there if there was no use at all, so it says nothing about anyone. Data of rows that are not shown is part of “All other use”.
method = Routers keep a record of every connection: when, from where to where, and how much data. The program reads these records once a night. Where the impact assessment allows it, it also reads which names devices looked up, to tell the kind of use. It turns each name into a kind of use in memory and drops the name. With figures about use no name of a site and no address of a device is stored. Only a security notice, where there is one, says which entry of a list of known threats was met.
rights = If you use council devices you can ask what is held about you, have mistakes put right, ask for it to be erased, and object to being measured. Ask the contact named above. A published month does not change; a mistake found later is printed as a correction.
queries-what = For reviewers: these are the queries that the tables come from, word for word. Each ends in one row for each table row, column and person. The rules then decide what may be seen. Only after that is anything added up or rounded.
query-of = Query { $name }
recipient-summary = This report
recipient-schedule = The list of devices with their costs
recipient-security = Security notices
recipient-case = A case under investigation

## About

about-program = Program
about-assessment = Impact assessment
about-version = version { $version }
about-list = List of kinds of use
about-fingerprint = Fingerprint of that list
about-that-list = That list
about-changed = changed within the month, from { $date }: { $sha256 }
about-made-from = Made from
about-licence = { $name }; licence: { $licence }
about-precedence = Which rule wins
about-checkpoint = Checkpoint of the ledger
about-key = Key that checks it
about-why = Why it is printed
about-why-text = keep these lines: with them anybody can tell later if the record of this work was changed
about-attack = Attack on the figures before release
about-attack-tried = tried as { $readers }; no figure about a person was found
about-attack-totals = not tried: the report holds totals only
about-attack-not = not tried for this report: the rules of the tables alone protect it
about-schema = Form of the data
reader-outsider = somebody from outside
reader-contributor = each person measured
reader-clerk = the clerk
reader-clerk-and-one = the clerk with each other person
reader-schedule-reader = readers of the equipment schedule

## Sheets: names on tabs, of letters without accents and underscores, at most 31

tab-cover = Cover
tab-contents = Contents
tab-notes = Notes
tab-definitions = Definitions
tab-links = Links
tab-cycles = Billing_cycles
tab-use-data = Use_data
tab-use-time = Use_time
tab-use-days = Use_days
tab-times-of-day = Times_of_day
tab-use-by-time-of-day = Use_by_time_of_day
tab-table = Table_{ $place }
tab-months-by-link = Months_by_link
tab-months-by-use = Months_by_use
tab-costs = Costs
tab-claims = Claims
tab-security = Security
tab-coverage = Coverage
tab-accounting = Accounting
tab-faults = Faults
tab-busiest-times = Busiest_times
tab-missing-days = Missing_days
tab-queries = Queries

## Sheets: titles, headings of columns, words in place of a figure

title-notes = Notes, symbols and methods
title-definitions = What the kinds of use mean
title-claims = Claims to check
title-busiest = The busiest quarters of an hour, by link
title-to = { $title }, to { $month }
head-worksheet = Worksheet
head-title = Title
head-note = Note number
head-about = About
head-note-text = Note text
head-meaning = Meaning
head-cost-kind = Kind
head-from = From
head-to = To
head-least = Least expected (£)
head-most = Most expected (£)
head-data-reached = Reached of its data (%)
head-budget-reached = Reached of its budget (%)
head-check = What to check
head-claims = Claims (number)
head-what = What is counted
head-notices = Notices (number)
head-outages = Times down
head-outage-minutes = Time down (minutes)
head-gaps = Days without records
head-lost = Days with records lost
head-peak = At its fullest
head-failed = Lookups without a good answer (%)
head-unknown = Lookups of names that do not exist (%)
head-delay = Usual time to an answer (milliseconds)
head-unusual = Days out of the ordinary
head-date = Date
head-start = Start
head-share = Share of the line’s speed (%)
head-query = Query
head-query-text = Query text
sheet-again = { $heading }, column { $place }
sheet-empty = Not given
sheet-not-known = Not known
sheet-not-counted = Not counted
sheet-no-range = No range
sheet-none-reached = None reached
sheet-claims = Claims for paid Wi-Fi that do not fit the equipment register
sheet-notices = Security notices written this month
sheet-light = Less than half of its speed
sheet-busy = More than half of its speed
sheet-full = Full: things may have been slow

## Sheets: lines above the tables, and notes

sheet-one-table = This worksheet contains one table.
sheet-sign = In this table { $sign } means: { $meaning }.
sheet-sign-months = { $meaning }, or the month’s report has no such figure
sheet-symbol = Symbol { $sign }
sheet-mark = Mark { $sign }
sheet-note = [note { $number }]
sheet-measure = { $measure }: what it means is in { $note }.
sheet-rounded = Figures in { $unit } are rounded to steps of { $base } { $note }.
sheet-rounded-note = Figures in { $unit } are rounded to steps of { $base }, each by itself. So the parts may not add up to the whole exactly.
sheet-times = This table counts employees with set working hours, and nobody else.
sheet-months = Each figure is rounded as the report of its own month says.
sheet-costs = Amounts are in pounds and include VAT.
sheet-range = In nine cases of ten a forecast bill falls between the least and the most that is expected.
sheet-reached = The council asked to be told when a link reaches certain shares of its data or its budget. This is the highest share that was reached.
sheet-claims-list = Your IT provider can list these claims.
sheet-notices-to = What a notice says goes to its own readers alone.
coverage-received = Received is the part of the data that was recorded. Any other part is known to be lost.
sheet-faults = Time down is counted in half hours begun. Records can be lost while the line itself works.
sheet-busiest = Shares are rounded to steps of ten.
note-rounding = Rounding
note-rules = Rules for showing figures
note-reason = Why something is not shown

## Sheets: the cover

cover-restricted = Only the recipients named in the worksheet { tab-notes } may read this report.
cover-authority = Authority
cover-status = State of the records
cover-audience = Who may read it
cover-use = How to use this workbook
cover-how = The worksheet { tab-contents } lists every worksheet with a link to it. The worksheet { tab-notes } explains symbols, rounding and methods. Each table stands on a worksheet of its own. Notes are marked with the word note in square brackets.
cover-contact = Contact
cover-complaints = How to object or complain
cover-no-assessment = There was none that could be read.
cover-review = Its review is due on { $date }.
cover-no-review = No date for its review is set.
cover-master = The master copy
cover-where = The master of this report is the web page { $page }, in the folder that this workbook comes from. It has the same figures with more words. If the two differ, the web page is right.
cover-licence = Licence
cover-program = Made with
audience-public = Anybody may read this report.
audience-restricted = The recipients named in the worksheet { tab-notes }, and nobody else.
licence-public = This file sets none. The figures belong to the council: ask the contact before you use them elsewhere.
licence-restricted = None. This report is not for publication.

## The description of the plain data

data-description = Every figure of the month, one a row. A figure that may not be seen is a symbol, and its value is empty.
data-guard = Text that could be taken for a formula has an apostrophe before it, and so has text that begins with one. Drop it to have the text as it was.
data-busy = { $link }, quarter of an hour from { $start }
column-source = Where the figure stands in report.json
column-authority = Id of the authority
column-month = Month of the report
column-table = Id of the table
column-row = Id of the row
column-row-label = Heading of the row
column-column = Id of the column
column-column-label = Heading of the column
column-period-start = First day that the figure is about
column-period-end = Last day that the figure is about
column-measure = What is measured
column-unit = Unit of the value
column-value = Figure, rounded
column-symbol = Symbol in place of a figure
column-marks = Marks on the figure
column-state = Whether a bill is final or a forecast
column-cost-kind = Kind of the link or of its price plan
column-cost-source = Where a cost is known from

## The index of months

archive-title = Internet use reports: { $name }
archive-heading = Internet use reports
archive-skip = Skip to the reports
archive-lead = What the council’s internet links carried and cost, month by month. Nobody’s content was read.
archive-test-clock = This page was made with the clock set by hand. It is an example, not a record.
archive-now = Where things stand
archive-months = Published months
archive-none = No month is published yet.
archive-hidden = A month that is not for publication is listed and not linked: its report is with the recipients whom it names. Nothing of it stands here.
archive-caption = Reports by month, the newest first
archive-documents = Documents
archive-not-linked = Not linked
archive-anybody = Anybody
archive-restricted = Not for publication
archive-corrected = { $state }, corrected
archive-review = Impact assessment: next review
archive-clerk = The clerk of { $name }
archive-foot = { $name }: internet use reports. A published month does not change; a mistake found later is printed in it as a correction.
became-published = Published: { $state }
became-restricted = Released, not for publication
became-withheld = Withheld: the rules do not let its figures be shown
became-waiting = Over, and not reported yet
became-missing = No records
became-before = Before recording began
became-running = Being recorded: its report is due from { $date }
file-in-english = { $format } in English
file-in-welsh = { $format } in Welsh

## The message that carries a report

letter-restricted = Not for publication
letter-test-clock = Test clock
letter-corrected = Corrected
letter-attached = Attached
letter-file = { $file }: as { $format }.
letter-data = { $file }: the data. Keep it: with it anybody can tell later if the record of this work was changed.
