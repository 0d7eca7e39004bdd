-- Days with use of any kind.
-- Counts: local dates on which a monitored person's council-owned devices, or a shared device, were active in at least
--   one minute with any site. A date is counted once per person.
-- Cannot show: which kind of site, how long, or which date.
-- Who may see it: nobody. It is the upper bound that the gate needs where it joins several kinds into one row.
WITH parts AS (
  SELECT
    person,
    CASE WHEN unit = 'shared' THEN device END AS shared_device,
    local_date
  FROM usage
  WHERE minute_mask > 0
)
SELECT person, shared_device, CAST(COUNT(DISTINCT local_date) AS BIGINT) AS days
FROM parts
GROUP BY person, shared_device
