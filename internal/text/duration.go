package text

import (
	"math/big"
	"strconv"
	"strings"
	"time"
)

// unit is a unit of time with its names in compact and spaced text.
type unit struct {
	size          time.Duration
	short, spaced string
}

var units = []unit{
	{time.Hour, "h", "h"}, {time.Minute, "m", "min"}, {time.Second, "s", "s"},
	{time.Millisecond, "ms", "ms"}, {time.Microsecond, "us", "µs"}, {time.Nanosecond, "ns", "ns"},
}

// Duration formats d in whole numbers of the largest units: 1h30m, 1m30s, 500ms, 0s.
// time.ParseDuration returns d again, and so do the readers of Compose files, Dockerfiles, Prometheus
// (down to milliseconds) and Grafana.
func Duration(d time.Duration) string {
	return inUnits(d, "", func(u unit) string { return u.short })
}

// SpacedDuration is Duration for prose: 1 h 30 min, 1 min 30 s, 500 ms.
func SpacedDuration(d time.Duration) string {
	return inUnits(d, " ", func(u unit) string { return " " + u.spaced })
}

// OneUnit is Duration in one unit, the largest of which d is a whole number: 90s, 90m, 1500ms. Some readers take
// no sums.
func OneUnit(d time.Duration) string {
	for _, u := range units {
		if d%u.size == 0 && d != 0 {
			return strconv.FormatInt(int64(d/u.size), 10) + u.short
		}
	}
	return Duration(d)
}

func inUnits(d time.Duration, between string, name func(unit) string) string {
	if d == 0 {
		return "0" + name(units[2])
	}
	var parts []string
	sign, left := "", uint64(d)
	if d < 0 {
		sign, left = "-", -left
	}
	for _, u := range units {
		if n := left / uint64(u.size); n > 0 {
			parts = append(parts, strconv.FormatUint(n, 10)+name(u))
			left %= uint64(u.size)
		}
	}
	return sign + strings.Join(parts, between)
}

// Seconds is d in whole seconds, rounded up: a shell's clock has no finer resolution, and a wait must
// not end early.
func Seconds(d time.Duration) string {
	s := d / time.Second
	if d%time.Second > 0 {
		s++
	}
	return strconv.FormatInt(int64(s), 10)
}

// ExactSeconds is d as a number of seconds, for Number.
func ExactSeconds(d time.Duration) *big.Rat {
	return big.NewRat(int64(d), int64(time.Second))
}
