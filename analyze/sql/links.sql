-- Everybody's volume by link and date, with what the faults page and the costs need.
-- Counts: IP octets in both directions of all flows on a link, guests and personal devices included; export records
--   seen and, by their sequence numbers, lost; lookups and the answers among them that failed.
-- Cannot show: any person, device or kind of site; the table it reads has none.
-- Who may see it: the gate, which adds the dates up; the cost of links that several people share is public, that of
--   links issued to one holder is not.
WITH parts AS (
  SELECT
    link,
    local_date,
    bytes_up + bytes_down AS octets,
    records,
    records_lost,
    lookups,
    servfail,
    nxdomain,
    unanswered
  FROM links
)
SELECT
  link,
  local_date,
  CAST(SUM(octets) AS BIGINT) AS octets,
  CAST(SUM(records) AS BIGINT) AS records,
  CAST(SUM(records_lost) AS BIGINT) AS records_lost,
  CAST(SUM(lookups) AS BIGINT) AS lookups,
  CAST(SUM(servfail) AS BIGINT) AS servfail,
  CAST(SUM(nxdomain) AS BIGINT) AS nxdomain,
  CAST(SUM(unanswered) AS BIGINT) AS unanswered
FROM parts
GROUP BY link, local_date
