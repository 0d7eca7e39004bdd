-- Volume by time class.
-- Counts: IP octets in both directions of employees with declared hours, by the class of the minute in which they
--   flowed in the council's zone: core (inside declared hours), lunch, outside (all other time, closures and bank
--   holidays).
-- Cannot show: when within a class; whether it was work; anything of people without declared hours.
-- Who may see it: nobody. A row is one person's contribution and goes to the gate alone, which joins lunch and outside
--   to "not core" and prints sums over at least five people.
WITH parts AS (
  SELECT time_class, person, bytes_up + bytes_down AS octets
  FROM usage
  WHERE unit = 'employee' AND time_class <> 'n/a'
)
SELECT time_class, person, CAST(SUM(octets) AS BIGINT) AS octets
FROM parts
GROUP BY time_class, person
