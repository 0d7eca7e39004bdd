-- Active time by kind of site.
-- Counts: minutes in which a monitored person's council-owned devices, or a shared device, exchanged at least one packet
--   with sites of the kind. A minute is counted once per person and kind, however many devices or flows were active in
--   it: bits of the minute mask are joined (MAX), then added.
-- Cannot show: attention. A page left open counts while it talks; a page read without traffic does not. Minutes of two
--   kinds overlap, so the rows do not add up to time at the screen.
-- Who may see it: nobody. A row is one person's contribution and goes to the gate alone.
WITH parts AS (
  SELECT
    category,
    person,
    CASE WHEN unit = 'shared' THEN device END AS shared_device,
    bucket_start,
    minute_mask
  FROM usage
  WHERE minute_mask > 0
),
buckets AS (
  SELECT
    category,
    person,
    shared_device,
    bucket_start,
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
  GROUP BY category, person, shared_device, bucket_start
)
SELECT
  category,
  person,
  shared_device,
  CAST(SUM(
    m00 + m01 + m02 + m03 + m04 + m05 + m06 + m07
    + m08 + m09 + m10 + m11 + m12 + m13 + m14
  ) AS BIGINT) AS minutes
FROM buckets
GROUP BY category, person, shared_device
