-- Volume by device of council-owned devices, for maintenance and capacity.
-- Counts: IP octets in both directions of council-owned devices of monitored people, by device, by who had it, and by the
--   link they went over. Links issued to one holder are not in this table.
-- Cannot show: any kind of site or time; devices that several people share; anything of guests, personal devices, people
--   without notice or who objected.
-- Who may see it: nobody. The gate makes one wide band of a device's month, for the recipients of the equipment schedule
--   alone, where the assessment lists the output `device-volumes`.
WITH parts AS (
  SELECT
    device,
    person,
    link,
    bytes_up + bytes_down AS octets
  FROM usage
  WHERE unit <> 'shared'
)
SELECT device, person, link, CAST(SUM(octets) AS BIGINT) AS octets
FROM parts
GROUP BY device, person, link
