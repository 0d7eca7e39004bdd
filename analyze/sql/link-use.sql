-- Volume by link and person.
-- Counts: IP octets in both directions of council-owned and shared devices of monitored people, by the link they went
--   over.
-- Cannot show: any kind of site; anything of guests, personal devices, people without notice or who objected.
-- Who may see it: nobody. The gate tests with it whether a link's total is one person's in all but name.
WITH parts AS (
  SELECT
    link,
    person,
    CASE WHEN unit = 'shared' THEN device END AS shared_device,
    bytes_up + bytes_down AS octets
  FROM usage
)
SELECT link, person, shared_device, CAST(SUM(octets) AS BIGINT) AS octets
FROM parts
GROUP BY link, person, shared_device
