-- Days with use by kind of site.
-- Counts: local dates on which a monitored person's council-owned devices, or a shared device, were active in at least
--   one minute with sites of the kind. A date is counted once per person and kind.
-- Cannot show: how long or how much on that date, or which date.
-- Who may see it: nobody. A row is one person's contribution and goes to the gate alone.
WITH parts AS (
  SELECT
    category,
    person,
    CASE WHEN unit = 'shared' THEN device END AS shared_device,
    local_date
  FROM usage
  WHERE minute_mask > 0
)
SELECT category, person, shared_device, CAST(COUNT(DISTINCT local_date) AS BIGINT) AS days
FROM parts
GROUP BY category, person, shared_device
