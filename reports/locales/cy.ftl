# Testun sefydlog y crynodeb a’i daflenni. Welsh for the fixed text of the summary and its sheets.
# To be reviewed by a translator before it is relied on.

## Misoedd, rhestrau, unedau

month-1 = Ionawr
month-2 = Chwefror
month-3 = Mawrth
month-4 = Ebrill
month-5 = Mai
month-6 = Mehefin
month-7 = Gorffennaf
month-8 = Awst
month-9 = Medi
month-10 = Hydref
month-11 = Tachwedd
month-12 = Rhagfyr
and = a
none = Dim
unit-gb = GB
unit-hour = awr
unit-person-day = diwrnod person
measure-volume = Data
measure-time = Amser gweithredol
measure-days = Dyddiau o ddefnydd
measure-volume-meaning = Popeth a anfonwyd ac a dderbyniwyd, fel y mae’r llwybrydd yn ei gyfrif. Mil miliwn beit yw gigabeit (GB).
measure-time-meaning = Munudau pan anfonodd neu y derbyniodd dyfais rywbeth, wedi’u hadio dros bobl. Un funud yw dau safle yn yr un funud. Mae dyfeisiau hefyd yn siarad â safleoedd pan nad oes neb yn edrych, felly nid amser darllen yw hwn.
measure-days-meaning = Un diwrnod person yw un person a ddefnyddiodd y math hwn o safle ar un diwrnod.

## Pen a throed

page-title = Defnydd o’r rhyngrwyd, { $month }: { $name }
page-heading = Defnydd o’r rhyngrwyd, { $month }
page-skip = Neidio i’r adroddiad
page-lead = Yr hyn a gariodd cysylltiadau rhyngrwyd y cyngor a’u cost. Ni ddarllenwyd cynnwys neb.
page-lead-kinds = Yr hyn a gariodd cysylltiadau rhyngrwyd y cyngor a’u cost, a’r mathau o ddefnydd. Ni ddarllenwyd cynnwys neb.
page-foot = { $name }: defnydd o’r rhyngrwyd, { $month }. Mae’r testun Cymraeg yn aros i gyfieithydd ei adolygu.
not-for-publication = Nid i’w gyhoeddi.
not-for-publication-text = Dim ond y derbynwyr a enwir ar y diwedd a gaiff ddarllen yr adroddiad hwn.
test-clock = Cloc prawf.
test-clock-text = Gwnaed yr adroddiad hwn gyda’r cloc wedi’i osod â llaw i { $clock }. Enghraifft yw hon, nid cofnod.
made-with-test-clock = Gwnaed gyda chloc prawf.
correction = Cywiriad.
status-complete = Mis cyflawn
status-complete-text = Mae cofnodion ar gyfer pob diwrnod o’r mis.
status-gaps = Mae rhai cofnodion ar goll
status-gaps-text = Ar rai dyddiau mae cofnodion ar goll neu’n anghyflawn, felly mae’r gwir ffigurau’n uwch. Mae’r tabl cwmpas yn dweud ble.
status-lowered = Cyfansymiau yn unig y mis hwn
status-lowered-text = Mae gosodiadau’r cyngor yn gofyn am fathau o safle, ond nid yw’r asesiad effaith yn eu caniatáu y mis hwn. Dim ond cyfansymiau a ddangosir.
status-withheld = Ffigurau wedi’u dal yn ôl
status-withheld-text = Nid yw’r rheolau’n caniatáu dangos ffigurau’r mis hwn. Mae’r rhesymau isod.

## Penawdau

heading-facts = Yn gryno
heading-use = Sut y defnyddiwyd y rhyngrwyd
heading-carried = Faint a gariodd y cysylltiadau
heading-costs = Y gost
heading-complete = Pa mor gyflawn ydyw
heading-faults = Pa mor dda y gweithiodd y llinellau
heading-measured = Yr hyn a fesurwyd
heading-not-measured = Yr hyn na fesurwyd
heading-next = Beth i’w wneud nesaf
heading-contents = Yn fanwl
heading-d-use = Pob math o ddefnydd
heading-d-times = Amserau’r dydd
heading-d-trend = Fesul mis
heading-d-links = Cysylltiadau a data
heading-d-costs = Costau
heading-d-bundles = Bwndeli data
heading-d-wifi = Wi-Fi y telir amdano
heading-d-security = Diogelwch
heading-d-withheld = Yr hyn na ddangosir, a pham
heading-this-month = Y mis hwn
heading-lacks = Yr hyn sydd ar goll o’r asesiad effaith
heading-d-method = Sut y’i mesurwyd
heading-records = Cofnodion a ddarllenwyd
heading-measures = Mesurau
heading-kinds = Mathau o ddefnydd
heading-d-rights = Eich hawliau
heading-recipients = Pwy sy’n derbyn beth
heading-d-queries = Sut y cyfrifir pob tabl
heading-d-about = Am yr adroddiad hwn

## Ffeithiau

fact-use = { $label } a ddefnyddiodd y mwyaf o ddata o’r mathau a enwir: { $value } { $unit }.
fact-link = { $label } a gariodd y mwyaf o ddata: { $value } { $unit }.
fact-counted = At ei gilydd, cyfrifodd y llwybryddion { $value } { $unit }.
fact-working-hours = Defnyddiodd gweithwyr ag oriau penodol { $value } { $unit } yn ystod oriau gwaith.
fact-cost-over = { $link }: cost o £{ $pounds }. Daw ei filiau ers { $since } i £{ $spent }, dros gyllideb y flwyddyn o £{ $budget }.
fact-cost-so-far = { $link }: cost o £{ $pounds }. Daw ei filiau ers { $since } i £{ $spent }. Ei gyllideb am y flwyddyn yw £{ $budget }.
fact-cost-within = { $link }: cost o £{ $pounds }. Daw ei filiau ers { $since } i £{ $spent }, o fewn cyllideb y flwyddyn o £{ $budget }.
fact-cost-budget = { $forecast ->
    [yes] { $link }: disgwylir cost o £{ $pounds }. Ei gyllideb am y flwyddyn yw £{ $budget }.
   *[no] { $link }: cost o £{ $pounds }. Ei gyllideb am y flwyddyn yw £{ $budget }.
  }
fact-cost-no-budget = { $forecast ->
    [yes] { $link }: disgwylir cost o £{ $pounds }. Ni osododd y cyngor gyllideb ar ei gyfer.
   *[no] { $link }: cost o £{ $pounds }. Ni osododd y cyngor gyllideb ar ei gyfer.
  }
fact-coverage = { $link }: cofnodion llawn ar { $complete } o { $days } diwrnod.

## Beth i’w wneud nesaf

next-restricted = Peidiwch â chyhoeddi’r adroddiad hwn: gydag ychydig o bobl, gall hyd yn oed cyfansymiau fod yn ddata personol.
next-gaps = Gofynnwch i’ch darparwr TG pam mae cofnodion ar goll, ac a ellir dod o hyd iddynt o hyd.
next-over-budget = { $link }: dros ei gyllideb am y flwyddyn, £{ $spent } yn erbyn £{ $budget }. Holwch am gynllun sy’n addas.
next-runs-out = { $link }: mae’n debyg y bydd ei ddata’n dod i ben cyn { $date }. Holwch am gynllun mwy.
next-data = { $link }: defnyddiwyd { $percent } % o’i ddata neu fwy. Holwch am gynllun mwy os bydd hyn yn digwydd yn aml.
next-claims = Hawliadau am Wi-Fi y telir amdano nad ydynt yn cyd-fynd â’r gofrestr offer: { $claims }. Gall eich darparwr TG eu rhestru.
next-abroad = { $link }: cost o £{ $pounds } am ddefnydd dramor. Diffoddwch grwydro lle nad oes ei angen.
next-review = Adolygwch yr asesiad effaith erbyn { $date }. O’r diwrnod hwnnw ymlaen, cyfansymiau yn unig a ddangosir.
next-block = Gall eich darparwr TG rwystro mathau o safle yn ystod oriau gwaith. Nid oes angen monitro ar gyfer hynny.
next-nothing = Nid oes angen gwneud dim y mis hwn. Gall yr adroddiad fynd i’r cyfarfod nesaf.
ask-whom = Pwy i’w holi
ask-review = Adolygu’r asesiad erbyn

## Tablau

sign-means = Ystyr { $sign } yw { $meaning }.
sign-c = rhy ychydig o bobl i’w dangos, neu neb
sign-x = ddim ar gael: mae cofnodion ar goll
sign-z = ddim yn berthnasol
sign-low = yn talgrynnu i sero, ond nid sero ydyw
sign-e = amcangyfrif
sign-r = diwygiedig
head-link = Cysylltiad
head-time = Amser o’r dydd
head-kind = Math o ddefnydd
head-notes = Nodiadau
head-bill = Bil
head-cost = Cost (£)
head-budget = Cyllideb y flwyddyn (£)
head-spent = Y flwyddyn hyd yma (£)
head-fixed = Sefydlog (£)
head-usage = Defnydd (£)
head-abroad = Dramor (£)
head-total = Cyfanswm (£)
head-known-from = Ffynhonnell
head-state = Cyflwr
head-days-complete = Dyddiau cyflawn
head-days = Dyddiau
head-received = Derbyniwyd (%)
head-part = Rhan
head-month = Mis
head-cycle = Cysylltiad a chylch bilio
head-bundle = Yn y cynllun (GB)
head-lasts = A fydd yn para?
head-all-data = Yr holl ddata (GB)
caption-main-links = Data a gariwyd gan bob cysylltiad
caption-main-use = Data yn ôl math o ddefnydd
caption-main-use-joined = Data, amser a dyddiau, yn ôl math o ddefnydd
caption-use = Pob math o ddefnydd gyda’i ffigurau
caption-costs-short = Biliau a chyllidebau, gyda TAW
caption-costs-full = Costau fesul cylch bilio, gyda TAW
caption-coverage = Dyddiau a chofnodion, fesul cysylltiad
caption-accounting = I ble yr aeth yr holl ddata
caption-trend-links = Data pob mis a gyhoeddwyd, fesul cysylltiad (GB)
caption-trend-use = Data pob mis a gyhoeddwyd, yn ôl math o ddefnydd (GB)
main-rest = Nid oes gan fathau eraill o ddefnydd fwy o ddata na’r rhain, neu roedd ganddynt rhy ychydig o bobl neu neb.
main-rest-link = Gweld pob math o ddefnydd
bill-to = hyd at { $date }
bill-forecast-to = rhagolwg hyd at { $date }
bill-cycle = { $kind }, { $start } i { $end }
cycle-row = { $link }, cylch hyd at { $date }
budget-none = Dim wedi’i gosod
spent-none = Heb ei ddangos
bundle-none = Dim swm penodol
lasts-over = Daeth y cylch i ben
lasts-yes = Bydd, yn debygol iawn
lasts-perhaps = Efallai na fydd
lasts-no = Na fydd, yn debygol iawn
lasts-unknown = Ddim yn hysbys
state-final = Terfynol
state-forecast = Rhagolwg
state-forecast-range = Rhagolwg, rhwng £{ $low } a £{ $high } mewn naw achos o bob deg
state-data = { $percent } % o’i ddata wedi’i gyrraedd
state-budget = { $percent } % o’i gyllideb wedi’i gyrraedd
source-operator = Cofnodion y gweithredwr
source-tariff = Cynllun pris a defnydd
source-claims = Hawliadau treuliau
cost-broadband = Band eang
cost-router = Llwybrydd symudol
cost-dongle = Dongl symudol
cost-paid-wifi = Wi-Fi y telir amdano
cost-issued = Sawl contract
cost-flat = Pris sefydlog
cost-bundle = Bwndel
cost-per-mb = Talu fesul megabeit
issued-links = Cysylltiadau a roddwyd i un person yr un, a hawliadau heb linell eu hunain
accounting-shown = Yng nghyfansymiau cysylltiadau’r adroddiad hwn
accounting-withheld = Wedi’i ddal yn ôl gan y rheolau
accounting-excluded = Wedi’i adael allan: wedi’i gyfrif ddwywaith, y tu mewn i’r adeilad, neu heb gysylltiad
accounting-undecodable = Ni ellid ei ddarllen
accounting-counted = Yr holl ddata a gyfrifwyd
base = Talgrynnir ffigurau i gamau o { $base } { $unit }, pob un ar ei ben ei hun, felly efallai na fydd y rhannau’n adio’n union i’r cyfan.
missing = Nid oes cofnodion ar gyfer { $dates }.

## Siartiau

chart-of-use = mathau o ddefnydd
chart-of-links = yr hyn a gariodd pob cysylltiad
chart-most-used = { $label } a ddefnyddiodd fwyaf
chart-most-carried = { $label } a gariodd fwyaf
chart-data-in = Data mewn { $unit }, { $month }
chart-title = Siart bar: { $what }
chart-desc = Un bar ar gyfer pob rhes o’r tabl sydd â ffigur, yn nhrefn y tabl. Mae’r barrau’n dechrau ar sero. { $label } sydd â’r bar hiraf o’r rhesi a enwir. Mae’r ffigurau yn y tabl wrth ymyl y siart.
chart-without = Nid oes bar gan resi sydd â symbol yn lle ffigur.
chart-other = Pob defnydd arall
chart-over-budget = { $label }: dros ei gyllideb am y flwyddyn
chart-costs-so-far = Cyfanswm y biliau hyd yma
chart-within-budget = Mae biliau’r flwyddyn o fewn y gyllideb
chart-costs-subtitle = Biliau’r flwyddyn hyd yma o’u cymharu â chyllideb y flwyddyn, mewn punnoedd gyda TAW
chart-costs-title = Siart bar: costau yn erbyn cyllidebau
chart-costs-desc = Un bar ar gyfer pob bil sydd â chyllideb. Mae’r barrau’n dechrau ar sero; y gyllideb yw’r bar goleuach y tu ôl, a llinell yn nodi ei diwedd. Mae’r ffigurau yn y tabl costau.
chart-value-of = { $before }{ $value } o { $before }{ $most }{ $after }
chart-complete = Mae’r cofnodion yn gyflawn
chart-days-missing = Mae rhai dyddiau ar goll
chart-coverage-subtitle = Dyddiau cyflawn, { $month }
chart-coverage-title = Siart bar: dyddiau cyflawn fesul cysylltiad
chart-coverage-desc = Un bar ar gyfer pob cysylltiad. Mae’r barrau’n dechrau ar sero; y mis cyfan yw’r bar goleuach y tu ôl, a llinell yn nodi ei ddiwedd. Mae’r ffigurau yn y tabl dyddiau a chofnodion.
chart-trend-more = Mwy o ddata nag ym mis { $month }
chart-trend-less = Llai o ddata nag ym mis { $month }
chart-trend-gaps = Mae rhai cofnodion ar goll, felly ni ellir cymharu’r misoedd
chart-trend-same = Cymaint o ddata ag ym mis { $month }
chart-trend-subtitle = Yr holl ddata a gyfrifwyd ym mhob mis a gyhoeddwyd, mewn { $unit }
chart-trend-title = Siart bar: yr holl ddata a gyfrifwyd, fesul mis
chart-trend-desc = Un bar ar gyfer pob mis a gyhoeddwyd, yr hynaf yn gyntaf. Mae’r barrau’n dechrau ar sero. Mae’r ffigurau yn y tabl o dan y siart.
chart-bundle-full = { $label }: mae ei ddata i gyd wedi’i ddefnyddio
chart-bundle-left = Nid oes cynllun wedi defnyddio ei holl ddata
chart-bundle-subtitle = Data a ddefnyddiwyd ym mhob cylch bilio hyd yma, o’r data yn y cynllun, mewn GB
chart-bundle-title = Siart bar: bwndeli data
chart-bundle-desc = Un bar ar gyfer pob cylch bilio o gynllun sydd â swm penodol o ddata. Mae’r barrau’n dechrau ar sero; y data yn y cynllun yw’r bar goleuach y tu ôl, a llinell yn nodi eu diwedd. Mae’r ffigurau yn y tabl o dan y siart.

## Pa mor dda y gweithiodd y llinellau

fault-never-down = { $link }: { $never } wedi’i weld i lawr.
fault-never = heb erioed
fault-down = { $link }: gwelwyd i lawr { $outagesShown } o weithiau, am tua { $length } i gyd.
fault-gaps = Dyddiau heb gofnodion: { $gapsShown }.
fault-lost = Dyddiau pan gollwyd cofnodion y llwybrydd ar eu ffordd: { $daysShown }. Efallai fod y llinell ei hun wedi gweithio.
fault-light = Ar ei brysuraf defnyddiodd lai na hanner ei gyflymder.
fault-busy = Ar ei brysuraf defnyddiodd fwy na hanner ei gyflymder.
fault-full = Ar ei brysuraf roedd yn llawn: efallai fod pethau wedi bod yn araf.
fault-busiest = Dechreuodd y chwarter awr prysuraf am { $time } ar { $date }, ar tua { $percent } % o’i gyflymder.
fault-lookups = Chwilio am enwau: ni chafodd { $failed } % o’r chwiliadau ateb da, a gofynnodd { $unknown } % am enwau nad ydynt yn bod.
fault-delay = Cymerodd ateb tua { $ms } milieiliad fel arfer.
fault-unusual = Dyddiau pan aeth pethau’n llawer gwaeth nag arfer: { $daysShown }.
length-hours = { $hours ->
    [one] 1 awr
   *[other] { $hoursShown } awr
  }
length-minutes = { $minutesShown } munud

## Yn fanwl

times-who = Mae’r tablau hyn yn cyfrif gweithwyr ag oriau gwaith penodol, a neb arall.
trend-side = Yr hyn a ddywedodd adroddiadau cynharach, ochr yn ochr. Ni chyfrifir dim o’r newydd.
trend-what = { trend-side } Ystyr { $sign } yw nad oes ffigur o’r fath yn adroddiad y mis.
links-everybody = Mae cyfanswm cysylltiad yn cynnwys data pawb, gan gynnwys gwesteion a dyfeisiau pobl eu hunain.
costs-what = Mae bil yn sefyll yn y mis y daw ei gylch bilio i ben. Rhagolwg yw cylch nad yw wedi dod i ben.
costs-year = Y flwyddyn ariannol, sy’n dechrau ym mis Ebrill, yw’r flwyddyn. Mae “Y flwyddyn hyd yma” yn adio, heb fwlch, y biliau a argraffwyd yn adroddiadau’r flwyddyn.
costs-partly = Mae “Y flwyddyn hyd yma” yn dechrau’n hwyrach nag Ebrill ar gyfer rhai cysylltiadau; mae’r manylion yn dweud pryd.
costs-since = Mae “Y flwyddyn hyd yma” ar gyfer { $link } yn dechrau ar { $since }: nid oes gan yr adroddiadau filiau cyn hynny.
bundles-what = Mae gan gynllun symudol swm o ddata ar gyfer pob cylch bilio, ac anaml y mae cylch yn fis calendr. Mae’r tabl yn dangos yr hyn a ddefnyddiodd pob cylch yn y mis hwn, ac ym mhob mis hyd yma yn ôl adroddiadau’r misoedd hynny. O ddyddiau cynharach y dywedir a fydd data’n para: ystyr “tebygol iawn” yw mewn naw achos o bob deg.
wifi-what = Hawliadau treuliau yn unig sy’n dangos Wi-Fi y telir amdano. Nid yw’r rhaglen yn chwilio amdano yn y cofnodion.
wifi-bill = { $link }: hawliwyd £{ $pounds } rhwng { $start } a { $end }.
wifi-hidden = { $link }: rhy ychydig o hawliadau i’w dangos, neu ddim un.
wifi-check = Hawliadau nad ydynt yn cyd-fynd â’r gofrestr offer: { $claims }.
security-what = Lle mae cyngor yn chwilio am fygythiadau a rhaglenni gwaharddedig, mae hynny’n ddiben ar wahân. Nid yw’r hyn a geir byth yn cael ei gyfuno â ffigurau am ddefnydd. Mae mewn hysbysiad ar wahân, i’r bobl a enwir ar ei gyfer.
security-none = Nid oes ffigur am ddiogelwch yn yr adroddiad hwn.
security-notices = Hysbysiadau a ysgrifennwyd y mis hwn: { $notices }.
withheld-tier-totals = Defnyddiodd llai na phump o bobl ddyfeisiau’r cyngor drwy’r mis, neu mae’r asesiad effaith yn caniatáu cyfansymiau yn unig. Felly mae’r adroddiad yn dangos yr hyn a gariodd pob cysylltiad a’i gost, a dim mathau o safle: gyda chyn lleied o bobl, gallai math o safle bwyntio at un person.
withheld-tier-neutral = Defnyddiodd rhwng pump a saith o bobl ddyfeisiau’r cyngor drwy’r mis. Mae’r adroddiad yn dangos gwasanaethau gwaith, yr hyn y mae dyfeisiau’n ei wneud ohonynt eu hunain, a phob defnydd arall. Nid yw’n dangos unrhyw fath o safle sy’n dweud sut mae pobl yn treulio’u hamser.
withheld-tier-one-way = Defnyddiodd rhwng wyth ac un ar ddeg o bobl ddyfeisiau’r cyngor drwy’r mis. Mae’r adroddiad yn dangos mathau o safle, ond nid yw’n eu rhannu yn ôl amser o’r dydd.
withheld-tier-crossed = Defnyddiodd deuddeg neu fwy o bobl ddyfeisiau’r cyngor drwy’r mis. Mae’r adroddiad yn dangos mathau o safle, ac yn eu rhannu’n oriau gwaith ac amserau eraill lle mae gan ddigon o weithwyr oriau penodol.
withheld-rule = Dangosir ffigur am bobl dim ond os cafodd o leiaf bump o bobl ran wirioneddol ynddo, bob un. Rhaid i rannau’r lleill hefyd fod yn ddigon mawr, fel na all neb gyfrifo’n agos beth a wnaeth y defnyddiwr mwyaf.
withheld-rule-use = Fel arall mae symbol yn sefyll yn ei le. Mae’r un symbol yno os na fu unrhyw ddefnydd o gwbl, felly nid yw’n dweud dim am neb. Mae data rhesi na ddangosir yn rhan o “Pob defnydd arall”.
method = Mae llwybryddion yn cadw cofnod o bob cysylltiad: pryd, o ble i ble, a faint o ddata. Mae’r rhaglen yn darllen y cofnodion hyn unwaith y nos. Lle mae’r asesiad effaith yn caniatáu hynny, mae hefyd yn darllen pa enwau y chwiliodd dyfeisiau amdanynt, er mwyn gwybod y math o ddefnydd. Mae’n troi pob enw’n fath o ddefnydd yn y cof ac yn gollwng yr enw. Gyda ffigurau am ddefnydd ni chedwir enw unrhyw safle na chyfeiriad unrhyw ddyfais. Dim ond hysbysiad diogelwch, lle mae un, sy’n dweud pa gofnod ar restr o fygythiadau hysbys a gafwyd.
rights = Os ydych yn defnyddio dyfeisiau’r cyngor gallwch ofyn beth a gedwir amdanoch, cywiro camgymeriadau, gofyn am ei ddileu, a gwrthwynebu cael eich mesur. Holwch y cyswllt a enwir uchod. Nid yw mis a gyhoeddwyd yn newid; argreffir camgymeriad a ganfyddir yn ddiweddarach fel cywiriad.
queries-what = I adolygwyr: dyma’r ymholiadau y daw’r tablau ohonynt, air am air. Mae pob un yn gorffen gydag un rhes ar gyfer pob rhes, colofn a pherson yn y tabl. Yna mae’r rheolau’n penderfynu beth a gaiff ei weld. Dim ond ar ôl hynny yr adir neu y talgrynnir unrhyw beth.
query-of = Ymholiad { $name }
recipient-summary = Yr adroddiad hwn
recipient-schedule = Y rhestr o ddyfeisiau gyda’u costau
recipient-security = Hysbysiadau diogelwch
recipient-case = Achos dan ymchwiliad

## Am yr adroddiad

about-program = Rhaglen
about-assessment = Asesiad effaith
about-version = fersiwn { $version }
about-list = Rhestr mathau o ddefnydd
about-fingerprint = Ôl bys y rhestr honno
about-that-list = Y rhestr honno
about-changed = newidiodd o fewn y mis, o { $date }: { $sha256 }
about-made-from = Gwnaed o
about-licence = { $name }; trwydded: { $licence }
about-precedence = Pa reol sy’n ennill
about-checkpoint = Pwynt gwirio’r cofnod
about-key = Allwedd sy’n ei wirio
about-why = Pam y’i hargreffir
about-why-text = cadwch y llinellau hyn: gyda nhw gall unrhyw un ddweud yn ddiweddarach a newidiwyd cofnod y gwaith hwn
about-attack = Ymosodiad ar y ffigurau cyn eu rhyddhau
about-attack-tried = rhoddwyd cynnig arno fel { $readers }; ni chanfuwyd ffigur am berson
about-attack-totals = ni roddwyd cynnig arno: cyfansymiau yn unig sydd yn yr adroddiad
about-attack-not = ni roddwyd cynnig arno ar gyfer yr adroddiad hwn: rheolau’r tablau yn unig sy’n ei ddiogelu
about-schema = Ffurf y data
reader-outsider = rhywun o’r tu allan
reader-contributor = pob person a fesurir
reader-clerk = y clerc
reader-clerk-and-one = y clerc gyda phob person arall
reader-schedule-reader = darllenwyr y rhestr offer

## Taflenni: enwau ar dabiau, llythrennau heb acenion a thanlinellau yn unig, 31 ar y mwyaf

tab-cover = Clawr
tab-contents = Cynnwys
tab-notes = Nodiadau
tab-definitions = Diffiniadau
tab-links = Cysylltiadau
tab-cycles = Cylchoedd_bilio
tab-use-data = Defnydd_data
tab-use-time = Defnydd_amser
tab-use-days = Defnydd_dyddiau
tab-times-of-day = Amserau_dydd
tab-use-by-time-of-day = Defnydd_fesul_amser
tab-table = Tabl_{ $place }
tab-months-by-link = Misoedd_fesul_cysylltiad
tab-months-by-use = Misoedd_fesul_defnydd
tab-costs = Costau
tab-claims = Hawliadau
tab-security = Diogelwch
tab-coverage = Cwmpas
tab-accounting = Cyfrif_data
tab-faults = Diffygion
tab-busiest-times = Amserau_prysuraf
tab-missing-days = Dyddiau_coll
tab-queries = Ymholiadau

## Taflenni: teitlau, penawdau colofnau, geiriau yn lle ffigur

title-notes = Nodiadau, symbolau a dulliau
title-definitions = Ystyr y mathau o ddefnydd
title-claims = Hawliadau i’w gwirio
title-busiest = Y chwarteri awr prysuraf, fesul cysylltiad
title-to = { $title }, hyd at fis { $month }
head-worksheet = Taflen waith
head-title = Teitl
head-note = Rhif y nodyn
head-about = Ynghylch
head-note-text = Testun y nodyn
head-meaning = Ystyr
head-cost-kind = Math
head-from = O
head-to = Hyd at
head-least = Y lleiaf a ddisgwylir (£)
head-most = Y mwyaf a ddisgwylir (£)
head-data-reached = Cyfran o’i ddata a gyrhaeddwyd (%)
head-budget-reached = Cyfran o’i gyllideb a gyrhaeddwyd (%)
head-check = Beth i’w wirio
head-claims = Hawliadau (nifer)
head-what = Yr hyn a gyfrifir
head-notices = Hysbysiadau (nifer)
head-outages = Sawl gwaith i lawr
head-outage-minutes = Amser i lawr (munudau)
head-gaps = Dyddiau heb gofnodion
head-lost = Dyddiau pan gollwyd cofnodion
head-peak = Ar ei lawnaf
head-failed = Chwiliadau heb ateb da (%)
head-unknown = Chwiliadau am enwau nad ydynt yn bod (%)
head-delay = Amser arferol i gael ateb (milieiliadau)
head-unusual = Dyddiau anarferol
head-date = Dyddiad
head-start = Dechrau
head-share = Cyfran o gyflymder y llinell (%)
head-query = Ymholiad
head-query-text = Testun yr ymholiad
sheet-again = { $heading }, colofn { $place }
sheet-empty = Heb ei roi
sheet-not-known = Ddim yn hysbys
sheet-not-counted = Heb ei gyfrif
sheet-no-range = Dim ystod
sheet-none-reached = Dim wedi’i gyrraedd
sheet-claims = Hawliadau am Wi-Fi y telir amdano nad ydynt yn cyd-fynd â’r gofrestr offer
sheet-notices = Hysbysiadau diogelwch a ysgrifennwyd y mis hwn
sheet-light = Llai na hanner ei gyflymder
sheet-busy = Mwy na hanner ei gyflymder
sheet-full = Llawn: efallai fod pethau wedi bod yn araf

## Taflenni: llinellau uwchben y tablau, a nodiadau

sheet-one-table = Mae’r daflen waith hon yn cynnwys un tabl.
sheet-sign = Yn y tabl hwn, ystyr { $sign } yw: { $meaning }.
sheet-sign-months = { $meaning }, neu nid oes ffigur o’r fath yn adroddiad y mis
sheet-symbol = Symbol { $sign }
sheet-mark = Marc { $sign }
sheet-note = [nodyn { $number }]
sheet-measure = { $measure }: eglurir yr ystyr yn { $note }.
sheet-rounded = Talgrynnir ffigurau ({ $unit }) i gamau o { $base } { $note }.
sheet-rounded-note = Talgrynnir ffigurau ({ $unit }) i gamau o { $base }, pob un ar ei ben ei hun, felly efallai na fydd y rhannau’n adio’n union i’r cyfan.
sheet-times = Mae’r tabl hwn yn cyfrif gweithwyr ag oriau gwaith penodol, a neb arall.
sheet-months = Talgrynnir pob ffigur fel y dywed adroddiad ei fis ei hun.
sheet-costs = Mae’r symiau mewn punnoedd ac yn cynnwys TAW.
sheet-range = Mewn naw achos o bob deg bydd bil a ragwelir rhwng y lleiaf a’r mwyaf a ddisgwylir.
sheet-reached = Yr hyn a gyrhaeddodd cysylltiad o’i ddata neu o’i gyllideb yw’r uchaf o’r cyfrannau y gofynnodd y cyngor am gael gwybod amdanynt.
sheet-claims-list = Gall eich darparwr TG restru’r hawliadau hyn.
sheet-notices-to = Mae’r hyn a ddywed hysbysiad yn mynd at ei ddarllenwyr ei hun yn unig.
coverage-received = Y rhan o’r data a gofnodwyd yw’r hyn a dderbyniwyd. Mae’n hysbys bod unrhyw ran arall wedi’i cholli.
sheet-faults = Cyfrifir amser i lawr fesul hanner awr a ddechreuwyd. Gellir colli cofnodion er bod y llinell ei hun yn gweithio.
sheet-busiest = Talgrynnir cyfrannau i gamau o ddeg.
note-rounding = Talgrynnu
note-rules = Rheolau ar gyfer dangos ffigurau
note-reason = Pam na ddangosir rhywbeth

## Taflenni: y clawr

cover-restricted = Dim ond y derbynwyr a enwir ar y daflen waith { tab-notes } a gaiff ddarllen yr adroddiad hwn.
cover-authority = Awdurdod
cover-status = Cyflwr y cofnodion
cover-audience = Pwy a gaiff ei ddarllen
cover-use = Sut i ddefnyddio’r llyfr gwaith hwn
cover-how = Mae’r daflen waith { tab-contents } yn rhestru pob taflen waith gyda dolen iddi. Mae’r daflen waith { tab-notes } yn egluro symbolau, talgrynnu a dulliau. Mae pob tabl ar daflen waith ei hun. Nodir nodiadau â’r gair nodyn mewn cromfachau sgwâr.
cover-contact = Cyswllt
cover-complaints = Sut i wrthwynebu neu gwyno
cover-no-assessment = Nid oedd un y gellid ei ddarllen.
cover-review = Mae i’w adolygu erbyn { $date }.
cover-no-review = Ni osodwyd dyddiad ar gyfer ei adolygu.
cover-master = Y prif gopi
cover-where = Prif gopi’r adroddiad hwn yw’r dudalen we { $page }, yn y ffolder y daw’r llyfr gwaith hwn ohono. Mae’r un ffigurau ynddi gyda mwy o eiriau. Os yw’r ddau’n wahanol, y dudalen we sy’n gywir.
cover-licence = Trwydded
cover-program = Gwnaed gyda
audience-public = Caiff unrhyw un ddarllen yr adroddiad hwn.
audience-restricted = Y derbynwyr a enwir ar y daflen waith { tab-notes }, a neb arall.
licence-public = Nid yw’r ffeil hon yn gosod un. Y cyngor biau’r ffigurau: gofynnwch i’r cyswllt cyn eu defnyddio yn rhywle arall.
licence-restricted = Dim. Nid yw’r adroddiad hwn i’w gyhoeddi.

## Disgrifiad o’r data plaen

data-description = Pob ffigur o’r mis, un ym mhob rhes. Symbol yw ffigur na chaniateir ei weld, ac mae ei werth yn wag.
data-guard = Mae collnod o flaen testun y gallai taenlen ei gymryd am fformiwla, neu sy’n dechrau â chollnod: gollyngwch y collnod i gael y testun fel yr oedd.
data-busy = { $link }, chwarter awr o { $start }
column-source = Lle mae’r ffigur yn report.json
column-authority = Dynodydd yr awdurdod
column-month = Mis yr adroddiad
column-table = Dynodydd y tabl
column-row = Dynodydd y rhes
column-row-label = Pennawd y rhes
column-column = Dynodydd y golofn
column-column-label = Pennawd y golofn
column-period-start = Y diwrnod cyntaf y mae’r ffigur yn ymwneud ag ef
column-period-end = Y diwrnod olaf y mae’r ffigur yn ymwneud ag ef
column-measure = Yr hyn a fesurir
column-unit = Uned y gwerth
column-value = Ffigur, wedi’i dalgrynnu
column-symbol = Symbol yn lle ffigur
column-marks = Marciau ar y ffigur
column-state = A yw bil yn derfynol neu’n rhagolwg
column-cost-kind = Math y cysylltiad neu ei gynllun pris
column-cost-source = Ffynhonnell y gost

## Beth i’w wneud lle nad yw’r asesiad effaith yn ddigon

todo-file = Trefnwch i asesiad effaith gael ei ysgrifennu, a rhowch ef i’ch darparwr TG. Heb un ni ddarllenir dim.
todo-signed = Trefnwch i’r asesiad effaith gael ei lofnodi, a dywedwch wrth eich darparwr TG gan bwy a phryd.
todo-version = Rhowch rif fersiwn i’r asesiad effaith.
todo-review-due = Adolygwch yr asesiad effaith, a phennwch ddyddiad yr adolygiad nesaf.
todo-purposes = Dywedwch yn yr asesiad effaith beth yw diben y mesur.
todo-basis = Dywedwch yn yr asesiad effaith ar ba sail gyfreithlon y mae’r cyngor yn dibynnu. Nid yw cydsyniad staff yn sail.
todo-balancing-test = Ysgrifennwch y prawf cydbwyso, a chadwch ef gyda’r asesiad effaith.
todo-consultation = Dywedwch yn yr asesiad effaith sut y gofynnwyd i bobl am eu barn, neu pam na wnaed hynny.
todo-residual-risk = Lleihewch y risg sy’n weddill, neu gofynnwch i’r rheoleiddiwr cyn darllen dim.
todo-retention = Dywedwch yn yr asesiad effaith am ba hyd y cedwir pob math o gofnod, o fewn y terfynau y gall eich darparwr TG eu henwi.
todo-recipients = Dywedwch yn yr asesiad effaith pwy sy’n cael pa ddogfen.
todo-complaints = Dywedwch yn yr asesiad effaith sut y gall pobl gwyno, ac wrth bwy.
todo-article8 = Atebwch y chwe chwestiwn am fywyd preifat yn yr asesiad effaith.
todo-source-alternatives = Dywedwch yn yr asesiad effaith pa ffordd fwynach a ystyriwyd ar gyfer pob math o gofnod, a pham nad yw’n ddigon.
todo-controller-consent = Trefnwch i’r cyngor gytuno i ddarllen chwiliadau enwau, a chofnodwch pryd y gwnaeth.
todo-operator = Dywedwch yn yr asesiad effaith pwy sy’n rhedeg hyn i’r cyngor, ac o dan ba gytundeb.
todo-own-system = Dywedwch yn yr asesiad effaith fod y cysylltiadau a’r chwiliadau enwau yno ar gyfer gwaith y cyngor ei hun.
todo-visitors = Dywedwch yn yr asesiad effaith sut y dywedir wrth westeion: gydag arwydd wrth y drws, neu wrth ymuno â’r Wi-Fi.
todo-interception-letters = Dywedwch yn yr asesiad effaith ar ba sail gyfreithiol y mae pob diben yn darllen chwiliadau enwau.
todo-sources = Rhestrwch yn yr asesiad effaith pa gofnodion a ddarllenir.
todo-outputs = Rhestrwch yn yr asesiad effaith pa ddogfennau a wneir.
todo-mode = Penderfynwch a yw’r cyngor eisiau cyfansymiau ynteu mathau o safle, a dywedwch wrth eich darparwr TG.
todo-layout = Gofynnwch i’ch darparwr TG gywiro’r gosodiad ar gyfer cynllun y tablau.
todo-notice = Rhowch yr hysbysiad i bobl, a dywedwch wrth eich darparwr TG ei fersiwn a’i ddyddiad.
todo-notice-web = Diwygiwch y polisi a’r hysbysiad i gynnwys defnydd o’r we. Rhowch hwy i bawb, yna dywedwch wrth eich darparwr TG.

## Mynegai’r misoedd

archive-title = Adroddiadau ar ddefnydd o’r rhyngrwyd: { $name }
archive-heading = Adroddiadau ar ddefnydd o’r rhyngrwyd
archive-skip = Neidio i’r adroddiadau
archive-lead = Yr hyn a gariodd cysylltiadau rhyngrwyd y cyngor a’u cost, fesul mis. Ni ddarllenwyd cynnwys neb.
archive-test-clock = Gwnaed y dudalen hon gyda’r cloc wedi’i osod â llaw. Enghraifft yw hon, nid cofnod.
archive-now = Y sefyllfa bresennol
archive-months = Misoedd a gyhoeddwyd
archive-none = Ni chyhoeddwyd yr un mis eto.
archive-hidden = Mae mis nad yw i’w gyhoeddi wedi’i restru ond heb ddolen: mae ei adroddiad gyda’r derbynwyr y mae’n eu henwi. Nid oes dim ohono yma.
archive-caption = Adroddiadau fesul mis, y diweddaraf yn gyntaf
archive-documents = Dogfennau
archive-not-linked = Heb ddolen
archive-anybody = Unrhyw un
archive-restricted = Nid i’w gyhoeddi
archive-corrected = { $state }, wedi’i gywiro
archive-review = Asesiad effaith: yr adolygiad nesaf
archive-clerk = Clerc { $name }
archive-foot = { $name }: adroddiadau ar ddefnydd o’r rhyngrwyd. Nid yw mis a gyhoeddwyd yn newid; argreffir ynddo, fel cywiriad, unrhyw wall a geir yn ddiweddarach. Mae’r testun Cymraeg yn aros i gyfieithydd ei adolygu.
became-published = Cyhoeddwyd: { $state }
became-restricted = Wedi’i ryddhau, nid i’w gyhoeddi
became-withheld = Wedi’i ddal yn ôl: nid yw’r rheolau’n caniatáu dangos ei ffigurau
became-waiting = Wedi dod i ben, a heb adroddiad eto
became-missing = Dim cofnodion
became-before = Cyn i’r cofnodi ddechrau
became-running = Yn cael ei gofnodi: disgwylir ei adroddiad o { $date } ymlaen
file-in-english = { $format } yn Saesneg
file-in-welsh = { $format } yn Gymraeg

## Y neges sy’n cario adroddiad

letter-restricted = Nid i’w gyhoeddi
letter-test-clock = Cloc prawf
letter-corrected = Wedi’i gywiro
letter-attached = Wedi’i atodi
letter-file = { $file }: fel { $format }.
letter-data = { $file }: y data. Cadwch ef: gydag ef gall unrhyw un weld yn ddiweddarach a newidiwyd cofnod y gwaith hwn.

## Yr hyn y mae’r ddogfen ei hun yn ei ddweud: enw’r neges yw geiriau’r Saesneg

said-clerk = Clerc
said-chair = Cadeirydd
said-deputy-clerk = Dirprwy glerc
said-councillor = Cynghorydd
said-all-other-use = Pob defnydd arall
said-total-of-the-figures-above = Cyfanswm y ffigurau uchod
said-all-use-together = Yr holl ddefnydd gyda’i gilydd
said-links-issued-to-one-person-each-together = Cysylltiadau a roddwyd i un person yr un, gyda’i gilydd
said-all-shared-links-together = Pob cysylltiad a rennir gyda’i gilydd
said-what-each-link-carried = Yr hyn a gariodd pob cysylltiad
said-data-used-on-each-link = Data a ddefnyddiwyd ar bob cysylltiad
said-data-in-each-billing-cycle = Data ym mhob cylch bilio
said-data-used-by-kind-of-site = Data a ddefnyddiwyd yn ôl math o safle
said-active-time-by-kind-of-site = Amser gweithredol yn ôl math o safle
said-days-of-use-by-kind-of-site = Dyddiau o ddefnydd yn ôl math o safle
said-data-used-by-working-time-of-people-with-declared-hours = Data a ddefnyddiwyd yn ôl amser gwaith, gan bobl ag oriau datganedig
said-data-used-by-kind-of-site-and-working-time-of-people-with-declared-hours = Data a ddefnyddiwyd yn ôl math o safle ac amser gwaith, gan bobl ag oriau datganedig
said-working-hours = Oriau gwaith
said-lunch-breaks = Egwyliau cinio
said-working-hours-gb = Oriau gwaith (GB)
said-lunch-and-outside-working-hours-gb = Cinio a’r tu allan i oriau gwaith (GB)
said-this-month-gb = Y mis hwn (GB)
said-in-the-cycle-so-far-gb = Yn y cylch hyd yma (GB)
said-outside-working-hours = Y tu allan i oriau gwaith
said-how-much-data-each-internet-link-carried-by-the-routers-own-counts = Faint o ddata a gariodd pob cysylltiad rhyngrwyd, yn ôl cyfrif y llwybryddion eu hunain.
said-nothing-no-record-was-read = Dim: ni ddarllenwyd unrhyw gofnod.
said-what-kind-of-use-devices-made-of-it-this-is-not-shown-there-are-too-few-people = Pa fath o ddefnydd a wnaeth dyfeisiau ohono. Ni ddangosir hyn: mae rhy ychydig o bobl.
said-what-kind-of-use-council-devices-made-of-it-from-the-names-they-looked-up = Pa fath o ddefnydd a wnaeth dyfeisiau’r cyngor ohono, o’r enwau y chwiliwyd amdanynt.
said-for-how-long-and-on-how-many-days-added-up-over-everyone = Am ba hyd ac ar faint o ddyddiau, wedi’i adio dros bawb.
said-whether-it-was-in-working-hours-for-employees-with-set-hours = A oedd yn ystod oriau gwaith, ar gyfer gweithwyr ag oriau penodol.
said-what-the-links-cost-from-bills-price-plans-and-claims = Cost y cysylltiadau, o filiau, cynlluniau pris a hawliadau.
said-what-anybody-read-wrote-sent-or-received = Yr hyn a ddarllenodd, a ysgrifennodd, a anfonodd neu a dderbyniodd neb.
said-health-faith-politics-unions-advice-private-mail-and-messages = Iechyd, ffydd, gwleidyddiaeth, undebau, cyngor, post preifat a negeseuon.
said-any-one-person-no-figure-about-use-rests-on-fewer-than-five-people = Unrhyw un person: nid oes ffigur am ddefnydd yn dibynnu ar lai na phump o bobl.
said-health-faith-politics-unions-advice-private-mail-and-messages-all-part-of-all-other-use = Iechyd, ffydd, gwleidyddiaeth, undebau, cyngor, post preifat a negeseuon: mae’r cyfan yn rhan o “Pob defnydd arall”.
said-which-sites-were-used-no-kinds-of-site-are-shown = Pa safleoedd a ddefnyddiwyd: ni ddangosir mathau o safle.
said-people-s-own-devices-and-guests-except-in-a-link-s-total = Dyfeisiau pobl eu hunain a gwesteion, heblaw yng nghyfanswm cysylltiad.
said-router-records = Cofnodion llwybryddion
said-each-connection-s-time-ends-and-amount-of-data = Amser, pennau a swm data pob cysylltiad.
said-name-lookups = Chwiliadau enwau
said-which-names-council-devices-looked-up-and-when = Pa enwau y chwiliodd dyfeisiau’r cyngor amdanynt, a phryd.
said-address-leases = Prydlesi cyfeiriadau
said-which-device-had-which-address-in-the-building-and-when = Pa ddyfais oedd â pha gyfeiriad yn yr adeilad, a phryd.
said-neighbour-tables = Tablau cymdogion
said-which-device-had-which-address-in-the-building = Pa ddyfais oedd â pha gyfeiriad yn yr adeilad.
said-router-counters = Cownteri llwybryddion
said-the-total-of-each-link-to-check-the-records-against = Cyfanswm pob cysylltiad, i wirio’r cofnodion.
said-packet-headers = Penawdau pecynnau
said-the-headers-of-packets-the-rest-of-each-packet-was-dropped-unread = Penawdau pecynnau. Gollyngwyd gweddill pob pecyn heb ei ddarllen.
said-read-as-configured = Darllenwyd fel y’i ffurfweddwyd.
said-no-kinds-of-site-are-shown-even-all-use-together-rests-too-much-on-one-or-two-people-this-month = Ni ddangosir mathau o safle: mae hyd yn oed yr holl ddefnydd gyda’i gilydd yn dibynnu gormod ar un neu ddau o bobl y mis hwn.
said-even-the-totals-rest-on-too-few-people-so-this-page-is-not-for-publication = Mae hyd yn oed y cyfansymiau’n dibynnu ar rhy ychydig o bobl, felly nid yw’r dudalen hon i’w chyhoeddi.
said-fewer-than-five-people-have-monitored-council-devices-a-table-of-kinds-of-site-would-be-about-single-people-so-none-is-made-and-the-totals-are-not-for-publication = Mae gan lai na phump o bobl ddyfeisiau cyngor a fonitrir: byddai tabl o fathau o safle yn ymwneud â phobl unigol, felly ni wneir un, ac nid yw’r cyfansymiau i’w cyhoeddi.
said-only-totals-are-made-and-nothing-tells-how-many-people-stand-behind-each-so-this-page-is-not-for-publication = Dim ond cyfansymiau a wneir, ac nid oes dim yn dweud faint o bobl sydd y tu ôl i bob un, felly nid yw’r dudalen hon i’w chyhoeddi.
said-work-services = Gwasanaethau gwaith
said-updates-and-background-services = Diweddariadau a gwasanaethau cefndir
said-government-and-public-services = Llywodraeth a gwasanaethau cyhoeddus
said-central-and-local-government-emergency-services-courts-public-bodies = Llywodraeth ganolog a lleol, gwasanaethau brys, llysoedd, cyrff cyhoeddus.
said-council-suppliers-and-sector-bodies = Cyflenwyr cynghorau a chyrff y sector
said-associations-of-local-councils-clerks-bodies-council-software-and-training = Cymdeithasau cynghorau lleol, cyrff clercod, meddalwedd a hyfforddiant cynghorau.
said-office-documents-and-meetings = Swyddfa, dogfennau a chyfarfodydd
said-shared-documents-calendars-video-meetings-and-business-software = Dogfennau a rennir, calendrau, cyfarfodydd fideo a meddalwedd busnes.
said-banking-and-payments = Bancio a thaliadau
said-banks-payment-services-accounting-and-payroll = Banciau, gwasanaethau talu, cyfrifeg a chyflogres.
said-utilities-post-and-business-services = Cyfleustodau, post a gwasanaethau busnes
said-energy-water-telephone-post-insurance-and-trade-suppliers = Ynni, dŵr, ffôn, post, yswiriant a chyflenwyr masnach.
said-it-and-software-tools = TG ac offer meddalwedd
said-software-makers-developer-services-domain-names-and-website-tools = Gwneuthurwyr meddalwedd, gwasanaethau datblygwyr, enwau parth ac offer gwefannau.
said-updates-security-and-device-services = Diweddariadau, diogelwch a gwasanaethau dyfeisiau
said-operating-system-and-program-updates-virus-protection-time-and-connectivity-checks = Diweddariadau systemau gweithredu a rhaglenni, amddiffyn rhag firysau, gwiriadau amser a chysylltedd.
said-hosting-and-delivery-networks = Lletya a rhwydweithiau dosbarthu
said-shared-delivery-networks-and-hosting-where-the-site-behind-is-not-known = Rhwydweithiau dosbarthu a lletya a rennir lle nad yw’r safle y tu ôl yn hysbys.
said-advertising-and-measurement = Hysbysebu a mesur
said-advertisements-visitor-measurement-and-consent-services-embedded-in-other-sites = Hysbysebion, mesur ymwelwyr a gwasanaethau cydsyniad mewn safleoedd eraill.
said-search-and-maps = Chwilio a mapiau
said-search-engines-portals-maps-and-translation = Peiriannau chwilio, pyrth, mapiau a chyfieithu.
said-learning-and-reference = Dysgu a chyfeirio
said-courses-schools-universities-libraries-museums-and-reference-works = Cyrsiau, ysgolion, prifysgolion, llyfrgelloedd, amgueddfeydd a gweithiau cyfeirio.
said-news-and-weather = Newyddion a thywydd
said-newspapers-broadcasters-news-and-weather-forecasts = Papurau newydd, newyddion darlledwyr a rhagolygon tywydd.
said-social-media = Cyfryngau cymdeithasol
said-as-the-policy-defines-it-blogs-wikipedia-youtube-facebook-linkedin-x-instagram-tiktok-virtual-worlds-and-the-like-messaging-is-not-shown-here = Fel y mae’r polisi’n eu diffinio: blogiau, Wikipedia, YouTube, Facebook, LinkedIn, X, Instagram, TikTok, bydoedd rhithwir a’u tebyg. Ni ddangosir negeseua yma.
said-video-and-television = Fideo a theledu
said-television-films-and-video-streaming-other-than-social-media = Teledu, ffilmiau a ffrydio fideo heblaw cyfryngau cymdeithasol.
said-music-radio-and-podcasts = Cerddoriaeth, radio a phodlediadau
said-music-streaming-radio-and-podcasts = Ffrydio cerddoriaeth, radio a phodlediadau.
said-games = Gemau
said-online-games-game-shops-and-game-downloads = Gemau ar-lein, siopau gemau a lawrlwythiadau gemau.
said-gambling = Gamblo
said-betting-bingo-casino-and-lottery-sites = Safleoedd betio, bingo, casino a loteri.
said-shopping = Siopa
said-online-shops-auctions-price-comparison-and-supermarkets = Siopau ar-lein, arwerthiannau, cymharu prisiau ac archfarchnadoedd.
said-travel = Teithio
said-trains-buses-flights-hotels-driving-and-holidays = Trenau, bysiau, hediadau, gwestai, gyrru a gwyliau.
said-sport-food-home-and-hobbies = Chwaraeon, bwyd, cartref a hobïau
said-sport-recipes-restaurants-gardens-crafts-tickets-and-days-out = Chwaraeon, ryseitiau, bwytai, gerddi, crefftau, tocynnau a diwrnodau allan.
said-property-and-jobs = Eiddo a swyddi
said-house-sales-and-lettings-job-adverts = Gwerthu a gosod tai, hysbysebion swyddi.
said-personal-cloud-storage = Storfa cwmwl bersonol
said-storage-and-photo-services-for-personal-use = Gwasanaethau storio a lluniau at ddefnydd personol.
said-ai-assistants = Cynorthwywyr deallusrwydd artiffisial
said-chat-assistants-and-tools-that-write-or-draw = Cynorthwywyr sgwrsio ac offer sy’n ysgrifennu neu’n darlunio.
said-remote-access-and-file-sharing = Mynediad o bell a rhannu ffeiliau
said-remote-control-of-computers-file-transfer-and-peer-to-peer-sharing = Rheoli cyfrifiaduron o bell, trosglwyddo ffeiliau a rhannu rhwng cymheiriaid.
said-everything-not-in-another-row-sites-not-in-our-lists-private-communications-protected-subjects-encrypted-tunnels = Popeth nad yw mewn rhes arall: safleoedd nad ydynt yn ein rhestrau, cyfathrebu preifat, pynciau gwarchodedig, twneli wedi’u hamgryptio.
said-every-row-stands-for-itself-as-the-council-s-layout-asks-so-more-rows-are-hidden = Mae pob rhes yn sefyll ar ei phen ei hun, fel y mae cynllun y cyngor yn gofyn, felly cuddir mwy o resi.
said-working-time-is-not-shown-apart-too-few-people-have-set-hours-or-its-figures-would-come-too-close-to-one-person = Ni ddangosir amser gwaith ar wahân: mae rhy ychydig o bobl ag oriau penodol, neu byddai ei ffigurau’n dod yn rhy agos at un person.
said-kinds-of-site-are-not-divided-by-working-time-fewer-than-twelve-people-have-set-hours-or-the-figures-would-come-too-close-to-one-person = Ni rennir mathau o safle yn ôl amser gwaith: mae gan lai na deuddeg o bobl oriau penodol, neu byddai’r ffigurau’n dod yn rhy agos at un person.
