package grafana

import (
	"slices"
	"strings"

	"github.com/omegagen/omegagen/internal/text"
)

// units are the ids of the units that dashboards of services use; Grafana has
// more, and takes any other text for a unit of the reader's own.
var units = strings.Fields(`
	none string short sishort percent percentunit humidity dB hex0x hex sci locale
	ns µs ms s m h d dtdurationms dtdurations dthms dtdhms timeticks clockms clocks
	bits bytes decbits decbytes kbytes mbytes gbytes tbytes pbytes deckbytes decmbytes decgbytes dectbytes decpbytes
	pps binbps binBps bps Bps KBs Kbits Kibits KiBs MBs Mbits Mibits MiBs GBs Gbits Gibits GiBs TBs TiBs
	cps ops reqps rps wps iops eps mps rpm wpm opm cpm reqpm
	hertz rothz rotrpm rads degs celsius fahrenheit kelvin watt kwatt volt amp joule
	dateTimeAsIso dateTimeAsIsoNoDateIfToday dateTimeAsUS dateTimeFromNow dateTimeAsSystem
	bool bool_yes_no bool_on_off currencyUSD currencyEUR currencyGBP currencyJPY
	flops mflops gflops tflops`)

// unitNames are the ids of units by what they are called elsewhere.
var unitNames = map[string]string{
	"seconds": "s", "second": "s", "sec": "s", "secs": "s", "milliseconds": "ms", "millis": "ms", "msec": "ms", "us": "µs", "microseconds": "µs",
	"nanoseconds": "ns", "minutes": "m", "minute": "m", "min": "m", "hours": "h", "hour": "h", "days": "d", "day": "d",
	"byte": "bytes", "bit": "bits", "b/s": "Bps", "bytes/s": "Bps", "bytes/sec": "Bps", "req/s": "reqps", "reqs": "reqps", "requests/s": "reqps", "requests": "short",
	"ops/s": "ops", "opsps": "ops", "%": "percent", "ratio": "percentunit", "count": "short", "number": "short", "boolean": "bool",
}

// misspelt is the unit that s is most likely meant to be: one that differs in
// case, in spaces, in a plural or by a slip, or is called so elsewhere. It is "" for a unit
// that Grafana knows and for one of the reader's own.
func misspelt(s string) string {
	plain := strings.ToLower(strings.TrimSpace(s))
	near := ""
	for _, u := range units {
		if u == s {
			return ""
		}
		if near == "" && strings.ToLower(u) == plain {
			near = u
		}
	}
	if near == "" {
		near = unitNames[plain]
	}
	if near == "" && len(plain) >= 4 && !strings.Contains(plain, " ") { // a shorter one may be anything
		near = text.Slip(s, slices.DeleteFunc(slices.Clone(units), func(u string) bool { return len(u) < 4 }))
	}
	return near
}
