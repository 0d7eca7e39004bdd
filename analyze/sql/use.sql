-- Volume by kind of site.
-- Counts: IP octets in both directions of council-owned and shared devices of monitored people, over the links that
--   several people share, for one calendar month. A kind is the site's, as the DNS answer before the flow tells it;
--   whatever no answer explains is "other".
-- Cannot show: which site, who chose to open it, whether anybody looked at it, anything read or written; anything of
--   links issued to one holder, of guests, of personal devices, of people without notice or who objected.
-- Who may see it: nobody. A row is one person's contribution and goes to the gate alone; the gate prints sums over at
--   least five people.
WITH parts AS (
  SELECT
    category,
    person,
    CASE WHEN unit = 'shared' THEN device END AS shared_device,
    bytes_up + bytes_down AS octets
  FROM usage
)
SELECT category, person, shared_device, CAST(SUM(octets) AS BIGINT) AS octets
FROM parts
GROUP BY category, person, shared_device
