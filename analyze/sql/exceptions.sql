-- Minutes and octets of each person by kind of site and date, in core working time.
-- Counts: minutes in which an employee's council-owned devices exchanged at least one packet with sites of the kind, and
--   the octets of that, inside the hours declared for that person, lunch apart. Only what the device's own lookup explains
--   counts (evidence exact or device); what another device's lookup or an address alone suggests, and what sampling
--   estimates, never counts against anybody. A minute is counted once per person and kind.
-- Cannot show: attention, or which site. Pages that load or play by themselves count like others. It knows no lunch
--   break, no evening, no councillor and no volunteer.
-- Who may see it: nobody. A row goes to the gate's sealed watch, which tells neither who met a rule nor whether anybody
--   did before people in office have unlocked a case.
WITH parts AS (
  SELECT
    category,
    person,
    local_date,
    bucket_start,
    bytes_up + bytes_down AS bytes_both,
    minute_mask
  FROM usage
  WHERE time_class = 'core'
    AND CASE WHEN evidence = 'exact' THEN 1 WHEN evidence = 'device' THEN 1 ELSE 0 END = 1
    AND CASE WHEN estimated THEN 1 ELSE 0 END = 0
),
buckets AS (
  SELECT
    category,
    person,
    local_date,
    bucket_start,
    SUM(bytes_both) AS bytes_bucket,
    MAX(CASE WHEN minute_mask % 2 >= 1 THEN 1 ELSE 0 END) AS m00,
    MAX(CASE WHEN minute_mask % 4 >= 2 THEN 1 ELSE 0 END) AS m01,
    MAX(CASE WHEN minute_mask % 8 >= 4 THEN 1 ELSE 0 END) AS m02,
    MAX(CASE WHEN minute_mask % 16 >= 8 THEN 1 ELSE 0 END) AS m03,
    MAX(CASE WHEN minute_mask % 32 >= 16 THEN 1 ELSE 0 END) AS m04,
    MAX(CASE WHEN minute_mask % 64 >= 32 THEN 1 ELSE 0 END) AS m05,
    MAX(CASE WHEN minute_mask % 128 >= 64 THEN 1 ELSE 0 END) AS m06,
    MAX(CASE WHEN minute_mask % 256 >= 128 THEN 1 ELSE 0 END) AS m07,
    MAX(CASE WHEN minute_mask % 512 >= 256 THEN 1 ELSE 0 END) AS m08,
    MAX(CASE WHEN minute_mask % 1024 >= 512 THEN 1 ELSE 0 END) AS m09,
    MAX(CASE WHEN minute_mask % 2048 >= 1024 THEN 1 ELSE 0 END) AS m10,
    MAX(CASE WHEN minute_mask % 4096 >= 2048 THEN 1 ELSE 0 END) AS m11,
    MAX(CASE WHEN minute_mask % 8192 >= 4096 THEN 1 ELSE 0 END) AS m12,
    MAX(CASE WHEN minute_mask % 16384 >= 8192 THEN 1 ELSE 0 END) AS m13,
    MAX(CASE WHEN minute_mask % 32768 >= 16384 THEN 1 ELSE 0 END) AS m14
  FROM parts
  GROUP BY category, person, local_date, bucket_start
)
SELECT
  category,
  person,
  local_date,
  CAST(SUM(
    m00 + m01 + m02 + m03 + m04 + m05 + m06 + m07
    + m08 + m09 + m10 + m11 + m12 + m13 + m14
  ) AS BIGINT) AS minutes,
  CAST(SUM(bytes_bucket) AS BIGINT) AS octets
FROM buckets
GROUP BY category, person, local_date
