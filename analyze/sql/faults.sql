-- How each link and the resolver did, by quarter of an hour.
-- Counts: IP octets of all flows on a link, each way; export records seen and, by their sequence numbers, lost; lookups,
--   those that failed (SERVFAIL or no answer) and those for names that do not exist; the middle delay of answers.
-- Cannot show: any person, device or kind of site; the table it reads has none. A quarter of an hour in which nothing
--   flowed, was lost or was asked has no row.
-- Who may see it: the provider, to mend faults. The gate lets counts of faults into the report, and moments only of links
--   that several people share and where enough people stand behind the total.
WITH parts AS (
  SELECT
    link,
    local_date,
    bucket_start,
    bytes_up,
    bytes_down,
    records,
    records_lost,
    lookups,
    servfail + unanswered AS failed,
    nxdomain,
    CASE WHEN delay_ms_median >= 0 THEN delay_ms_median ELSE -1 END AS delay
  FROM links
)
SELECT
  link,
  local_date,
  bucket_start,
  CAST(SUM(bytes_up) AS BIGINT) AS up,
  CAST(SUM(bytes_down) AS BIGINT) AS down,
  CAST(SUM(records) AS BIGINT) AS seen,
  CAST(SUM(records_lost) AS BIGINT) AS lost,
  CAST(SUM(lookups) AS BIGINT) AS asked,
  CAST(SUM(failed) AS BIGINT) AS failed,
  CAST(SUM(nxdomain) AS BIGINT) AS unknown,
  CAST(MAX(delay) AS BIGINT) AS delay
FROM parts
GROUP BY link, local_date, bucket_start
