-- Volume by kind of site and time class.
-- Counts: IP octets in both directions of employees with declared hours, by kind of site and by the class of the minute
--   in which they flowed: core (inside declared hours), lunch, outside.
-- Cannot show: which site, when within a class, whether it was work; anything of people without declared hours.
-- Who may see it: nobody. A row is one person's contribution and goes to the gate alone, which joins lunch and outside
--   to "not core" and prints this table only where twelve or more people stand behind it.
WITH parts AS (
  SELECT category, time_class, person, bytes_up + bytes_down AS octets
  FROM usage
  WHERE unit = 'employee' AND time_class <> 'n/a'
)
SELECT category, time_class, person, CAST(SUM(octets) AS BIGINT) AS octets
FROM parts
GROUP BY category, time_class, person
