package sql

import (
	"encoding/json"
	"math/big"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/internal/text"
)

// typmod are the numbers of a type such as varchar(64) and numeric(8, 2).
func typmod(n *pg.TypeName) []int {
	var out []int
	for _, m := range n.GetTypmods() {
		k := m.GetAConst()
		if k == nil || k.GetIval() == nil {
			return nil
		}
		out = append(out, int(k.GetIval().GetIval()))
	}
	return out
}

// numberOf is a number in SQL, with its sign; nil for other expressions.
func numberOf(n *pg.Node) *big.Rat {
	if e := n.GetAExpr(); e != nil && e.Lexpr == nil && len(e.Name) == 1 && e.Name[0].GetString_().GetSval() == "-" {
		if v := numberOf(e.Rexpr); v != nil {
			return v.Neg(v)
		}
		return nil
	}
	k := n.GetAConst()
	if k == nil {
		return nil
	}
	switch v := k.Val.(type) {
	case *pg.A_Const_Ival:
		return big.NewRat(int64(v.Ival.GetIval()), 1)
	case *pg.A_Const_Fval:
		if len(v.Fval.GetFval()) < 100 && !strings.ContainsAny(v.Fval.GetFval(), "eExXoObB_") {
			if x, ok := new(big.Rat).SetString(v.Fval.GetFval()); ok {
				return x
			}
		}
	}
	return nil
}

// literalFor checks a text in quotes that becomes a value of a type.
func (r *resolver) literalFor(k *pg.A_Const, want typ, mods []int, location int32) {
	text := k.GetSval()
	if text == nil || k.Isnull || want == anyType || want == literal {
		return
	}
	if problem := r.c.misfitText(want, mods, text.GetSval()); problem != "" {
		if r.once("literal "+want+text.GetSval()) && !r.c.words.openOperators {
			r.c.report(ruleRowType.At(r.place(location), "%s has a %s, but %s.", upperFirst(r.of), readable(want), problem))
		}
		return
	}
	r.frozen(text.GetSval(), want, location)
}

var (
	momentWords = []string{"now", "today", "tomorrow", "yesterday"}
	dateLike    = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})([ T]|$)`)
	wholeWord   = regexp.MustCompile(`^[+-]?(0x[0-9a-f_]+|0o[0-7_]+|0b[01_]+|\d+_[\d_]+)$`)
	numberWord  = regexp.MustCompile(`^[+-]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[+-]?\d+)?$`)
	eachDigit   = regexp.MustCompile(`\d`)
	letters     = regexp.MustCompile(`[a-z]+`)
	hasDigit    = regexp.MustCompile(`\d`)
)

func dateType(t typ) bool {
	return slices.Contains([]typ{"date", "time", "timetz", "timestamp", "timestamptz"}, t)
}

// momentWord reports whether a text is a word for a moment: now, today …
func momentWord(text string, t typ) bool {
	if !dateType(t) || hasDigit.MatchString(text) {
		return false
	}
	word := strings.ToLower(strings.TrimSpace(text))
	word = strings.TrimSpace(strings.TrimSuffix(word, "()"))
	return slices.Contains(momentWords, word)
}

// misfitText says why a text isn't a value of a type, "" if it may be one.
func (c *checker) misfitText(t typ, mods []int, text string) string {
	quoted := strconv.Quote(text)
	word := strings.ToLower(strings.TrimSpace(text))
	if values := c.enum(t); values != nil {
		if !slices.Contains(values, text) {
			return quoted + " isn't one of its values (" + strings.Join(values, ", ") + ")"
		}
		return ""
	}
	if e := element(t); e != "" && t[0] == '_' {
		return c.misfitArray(e, word, quoted)
	}
	switch b := base(t); b {
	case "int2", "int4", "int8":
		return misfitWhole(t, word, quoted)
	case "numeric", "float4", "float8":
		return misfitNumber(t, mods, word, quoted)
	case "bool":
		if !boolWord(word) {
			return quoted + " is neither true nor false"
		}
	case "uuid":
		hex := strings.NewReplacer("-", "", "{", "", "}", "").Replace(word)
		if len(hex) != 32 || strings.Trim(hex, "0123456789abcdef") != "" {
			return quoted + " is no UUID"
		}
	case "json", "jsonb":
		if !json.Valid([]byte(text)) {
			return quoted + " is no JSON"
		}
	case "time", "timetz":
		if brackets(word) || !hasDigit.MatchString(text) && !slices.Contains([]string{"now", "now()", "allballs"}, word) {
			return quoted + " is no time"
		}
	case "oid":
		if n, ok := new(big.Int).SetString(strings.TrimPrefix(word, "+"), 10); !strings.ContainsAny(word, "xob_") && (!ok || n.BitLen() > 32) {
			return quoted + " is no OID"
		}
	case "macaddr":
		if hex := strings.NewReplacer(":", "", "-", "", ".", "").Replace(word); len(hex) > 12 || strings.Trim(hex, "0123456789abcdef") != "" || hex == "" {
			return quoted + " is no MAC address"
		}
	case "bit", "varbit":
		if digits := strings.TrimPrefix(word, "b"); !strings.HasPrefix(word, "x") && strings.Trim(digits, "01") != "" {
			return quoted + " is no string of bits"
		}
	case "sparsevec":
		if !strings.HasPrefix(word, "{") || !strings.Contains(word, "}/") {
			return quoted + " is no sparsevec: write '{1:0.5,3:1}/5'"
		}
	case "date", "timestamp", "timestamptz":
		return misfitDate(text, quoted, word)
	case "interval":
		return misfitInterval(word, quoted)
	case "inet", "cidr":
		return misfitAddress(t, word, quoted)
	case "vector", "halfvec":
		return misfitVector(mods, word, quoted)
	default:
		if kindOf(b) == 'r' && word != "empty" && (word == "" || !strings.ContainsAny(word[:1], "[(") || !strings.Contains(word, ",")) {
			return quoted + " is no range: write '[a,b)'"
		}
	}
	return ""
}

// brackets reports marks that no date, time or interval has.
func brackets(text string) bool { return strings.ContainsAny(text, "{}[]=>\"") }

// misfitArray looks at the elements of an array without quotes and inner arrays.
func (c *checker) misfitArray(e typ, word, quoted string) string {
	inner, ok := strings.CutPrefix(word, "{")
	switch {
	case !ok && !strings.HasPrefix(word, "["):
		return quoted + " is no array: write '{…}'"
	case !ok || !strings.HasSuffix(inner, "}") || inner == "}" || strings.ContainsAny(inner[:len(inner)-1], "{}\"\\") || c.enum(e) != nil:
		return ""
	}
	for _, x := range strings.Split(strings.TrimSuffix(inner, "}"), ",") {
		if x = strings.TrimSpace(x); x != "null" && x != "" {
			if problem := c.misfitText(e, nil, x); problem != "" {
				return problem
			}
		}
	}
	return ""
}

// intervalUnits are the words in intervals.
var intervalUnits = strings.Fields("ago c cent centuries century d day days dec decade decades decs h hour hours hr hrs m microsecon microsecond microseconds mil millennia millennium millisecon millisecond milliseconds mils min mins " +
	"minute minutes mon mons month months ms msec msecs qtr quarter s sec second seconds secs us usec usecs usecond useconds msecond mseconds w week weeks y year years yr yrs")

func misfitInterval(word, quoted string) string {
	if slices.Contains([]string{"infinity", "+infinity", "-infinity"}, word) || strings.HasPrefix(word, "p") && hasDigit.MatchString(word) {
		return ""
	}
	wrong := !hasDigit.MatchString(word) || brackets(word)
	for _, w := range letters.FindAllString(word, -1) {
		wrong = wrong || !slices.Contains(intervalUnits, w)
	}
	if wrong {
		return quoted + " is no interval"
	}
	return ""
}

func misfitWhole(t typ, word, quoted string) string {
	if wholeWord.MatchString(word) {
		return "" // as newer servers read it
	}
	n, ok := new(big.Int).SetString(strings.TrimPrefix(word, "+"), 10)
	if !ok {
		return quoted + " is not a whole number"
	}
	return outOfRange(t, new(big.Rat).SetInt(n))
}

// outOfRange says that a number is too large for a whole type or a numeric's digits.
func outOfRange(t typ, n *big.Rat) string {
	bits, whole := map[typ]uint{"int2": 15, "int4": 31, "int8": 63}[t]
	if !whole {
		return ""
	}
	limit := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), bits))
	if n.Cmp(limit) >= 0 || n.Cmp(new(big.Rat).Neg(limit)) < 0 {
		return text.Number(n) + " is out of range"
	}
	return ""
}

func misfitNumber(t typ, mods []int, word, quoted string) string {
	if slices.Contains([]string{"nan", "inf", "infinity"}, strings.Trim(word, "+-")) {
		return ""
	}
	if !numberWord.MatchString(word) && !wholeWord.MatchString(word) {
		return quoted + " is not a number"
	}
	if n, ok := new(big.Rat).SetString(word); ok && len(word) < 100 && !strings.ContainsAny(word, "_xobe") {
		return misfitDigits(t, mods, n)
	}
	return ""
}

// misfitDigits says that a number has too many digits for numeric(p, s).
func misfitDigits(t typ, mods []int, n *big.Rat) string {
	if t != "numeric" || len(mods) == 0 || mods[0] > 1000 {
		return ""
	}
	scale := 0
	if len(mods) > 1 {
		scale = mods[1]
	}
	if scale < 0 || scale > mods[0] {
		return ""
	}
	// The value is rounded to the scale first.
	rounded, _ := new(big.Rat).SetString(n.FloatString(scale))
	limit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(mods[0]-scale)), nil))
	if rounded.Abs(rounded).Cmp(limit) >= 0 {
		return text.Number(n) + " has more than " + strconv.Itoa(mods[0]-scale) + " digits before the point"
	}
	return ""
}

// boolWord reports whether the server reads a word as a boolean: any beginning of these that is unique.
func boolWord(word string) bool {
	for _, w := range []string{"true", "false", "yes", "no"} {
		if word != "" && strings.HasPrefix(w, word) {
			return true
		}
	}
	return slices.Contains([]string{"on", "of", "off", "1", "0"}, word)
}

func misfitDate(text, quoted, word string) string {
	if !hasDigit.MatchString(text) {
		known := append([]string{"epoch", "infinity", "-infinity", "+infinity", "allballs"}, momentWords...)
		if len(strings.Fields(word)) == 1 && !slices.Contains(known, strings.TrimSuffix(word, "()")) {
			return quoted + " is no date"
		}
		return ""
	}
	if digits := len(eachDigit.FindAllString(text, 3)); digits < 3 || strings.ContainsAny(text, "{}=>\"") {
		return quoted + " is no date"
	}
	if m := dateLike.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
		month, _ := strconv.Atoi(m[2])
		day, _ := strconv.Atoi(m[3])
		year, _ := strconv.Atoi(m[1])
		if month < 1 || month > 12 || day < 1 || day > time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
			return quoted + " is a day that doesn't exist"
		}
	}
	return ""
}

func misfitAddress(t typ, word, quoted string) string {
	if word == "" || strings.Trim(word, "0123456789abcdef:./") != "" {
		return quoted + " is no network address"
	}
	if p, err := netip.ParsePrefix(word); err == nil && t == "cidr" && p != p.Masked() {
		return quoted + " has bits to the right of the prefix; the network is " + p.Masked().String()
	}
	return ""
}

func misfitVector(mods []int, word, quoted string) string {
	inner, ok := strings.CutPrefix(word, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	if !ok || !closed {
		return quoted + " is no vector: write '[1,2,3]'"
	}
	n := strings.Count(inner, ",") + 1
	if len(mods) == 1 && n != mods[0] {
		return "it has " + strconv.Itoa(n) + " dimensions instead of " + strconv.Itoa(mods[0])
	}
	return ""
}

// tooLong says that a text is longer than varchar(n) or char(n), apart from spaces at its end.
func tooLong(t typ, mods []int, text string) string {
	if t != "varchar" && t != "bpchar" || len(mods) != 1 {
		return ""
	}
	if n := utf8.RuneCountInString(strings.TrimRight(text, " ")); n > mods[0] {
		return "the text has " + strconv.Itoa(n) + " characters"
	}
	return ""
}
