package rules

import (
	"math"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/credential"
)

var digits = regexp.MustCompile(`^[0-9]+$`)

// secretText reports whether a variable's value is a credential in plain text: by the variable's name, or by the value
// alone.
func secretText(name, value string) bool {
	upper := strings.ToUpper(name)
	switch {
	case value == "":
		return false
	case credentialForm(value) != "" || urlPassword(value) != "" || fieldPassword(value) != "":
		return true
	case credential.Named(name) && !credential.Never(value):
		return !digits.MatchString(value) || !strings.HasSuffix(upper, "TOKEN") && !strings.HasSuffix(upper, "KEY")
	}
	return strings.HasSuffix(upper, "_KEY") && !publicKey(upper) && random(value)
}

// publicKey reports whether a variable that is named as a key holds no secret one.
func publicKey(name string) bool {
	return slices.ContainsFunc([]string{"PUBLIC", "SITE_KEY", "PUBLISHABLE", "HOST_KEY", "FINGERPRINT", "ID_KEY"}, func(w string) bool { return strings.Contains(name, w) })
}

// forms are the formats of keys and tokens that their issuers document.
var forms = []struct {
	what string
	has  string // a text without which it can't match
	re   *regexp.Regexp
}{
	{"a private key", "PRIVATE KEY", regexp.MustCompile(`-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----`)},
	{"an access key of AWS", "A", regexp.MustCompile(`\b(AKIA|ASIA)[A-Z2-7]{16}\b`)},
	{"a token of GitHub", "gh", regexp.MustCompile(`\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})`)},
	{"a token of GitLab", "glpat-", regexp.MustCompile(`\bglpat-[A-Za-z0-9_-]{20,}`)},
	{"a token of Slack", "xox", regexp.MustCompile(`\bxox[abeoprs]-[A-Za-z0-9-]{10,}`)},
	{"a webhook of Slack", "hooks.slack.com", regexp.MustCompile(`hooks\.slack\.com/services/T[A-Za-z0-9]+/B[A-Za-z0-9]+/[A-Za-z0-9]{16,}`)},
	{"a key of Stripe", "k_live_", regexp.MustCompile(`\b[sr]k_live_[A-Za-z0-9]{16,}`)},
	{"a key of Google", "AIza", regexp.MustCompile(`\bAIza[0-9A-Za-z_-]{35}`)},
	{"a key of SendGrid", "SG.", regexp.MustCompile(`\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}`)},
	{"a token of npm", "npm_", regexp.MustCompile(`\bnpm_[A-Za-z0-9]{36}\b`)},
	{"a signed token (JWT)", "eyJ", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}`)},
}

// credentialForm is what a value is by its format alone, "" if nothing known. An issuer's own examples are none.
func credentialForm(value string) string {
	if strings.Contains(value, "EXAMPLE") {
		return ""
	}
	for _, f := range forms {
		if strings.Contains(value, f.has) && f.re.MatchString(value) {
			return f.what
		}
	}
	return ""
}

var (
	passwordField = regexp.MustCompile(`(?i)(?:^|[;\s])(?:password|pwd)\s*=\s*'?([^;'\s]+)`)
	otherField    = regexp.MustCompile(`(?i)(?:^|[;\s])(?:host|server|data source|user id|uid|user|dbname|database|initial catalog)\s*=`)
	userAtTCP     = regexp.MustCompile(`^[^:@/\s]+:([^@\s]+)@(?:tcp|unix)\(`)
)

// fieldPassword is the password in a connection string: of libpq's or ADO's fields, or of Go's MySQL driver; "" if it
// has none.
func fieldPassword(value string) string {
	found := userAtTCP.FindStringSubmatch(value)
	if found == nil && otherField.MatchString(value) {
		found = passwordField.FindStringSubmatch(value)
	}
	if found == nil || strings.ContainsAny(found[1], "$`(){}<"+placeholder) {
		return ""
	}
	return found[1]
}

// random reports whether a value looks like a generated key: hexadecimal digits or base64, and many different ones.
func random(value string) bool {
	value = strings.TrimPrefix(value, "base64:")
	if len(value) < 24 || strings.Trim(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-") != "" || !strings.ContainsAny(value, "0123456789") {
		return false
	}
	least := 3.5 // bits for each character of base64
	if strings.Trim(strings.ToLower(value), "0123456789abcdef") == "" {
		least = 2.8
	}
	return entropy(value) >= least
}

// entropy is the mean information of a character, in bits.
func entropy(s string) float64 {
	var counts [256]int
	for i := range len(s) {
		counts[s[i]]++
	}
	sum := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(s))
			sum -= p * math.Log2(p)
		}
	}
	return sum
}

// credentialFlag is the flag of a command that holds a credential in plain text, and its value's form; "" if none does.
func credentialFlag(words []string) string {
	for n, w := range words {
		if !strings.HasPrefix(w, "-") {
			if credentialForm(w) != "" || urlPassword(w) != "" {
				return w
			}
			continue
		}
		name, value, given := strings.Cut(w, "=")
		bare := strings.TrimLeft(name, "-")
		if !given && n+1 < len(words) && !strings.HasPrefix(words[n+1], "-") {
			value = words[n+1]
		}
		if value == "" || strings.ContainsAny(value, "$`") {
			continue
		}
		if (bare == "requirepass" || bare == "masterauth" || strings.HasPrefix(name, "--") && credential.Named(bare)) && !credential.Never(value) && !digits.MatchString(value) || given && (urlPassword(value) != "" || credentialForm(value) != "") {
			return name
		}
	}
	return ""
}

// deployed are words with a dollar sign in place of each parameter, whose value only deploy.sh knows.
func deployed(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = manifest.MapParameters(w, nil, func(string) string { return "$" })
	}
	return out
}

// commandCredentials reports credentials in the words of a service's command.
func commandCredentials(s *manifest.Service) (diags hcl.Diagnostics) {
	for _, i := range s.Instances {
		for _, c := range []*manifest.Command{i.Entrypoint, i.Command} {
			words := deployed(c.Words())
			if len(words) > 0 && slices.ContainsFunc(words[:min(2, len(words))], func(w string) bool {
				return slices.Contains([]string{"-c", "-ec", "-lc"}, w) || slices.Contains([]string{"sh", "bash"}, path.Base(w))
			}) {
				continue // a script
			}
			if flag := credentialFlag(words); flag != "" {
				what := "The value of " + flag
				if !strings.HasPrefix(flag, "-") {
					what = "A word"
				}
				diags = append(diags, ruleLiteralCredential.At(c.Range, "%s in the command of %s is a credential in plain text. Declare a secret block, mount it as a file, and let the program read that, or pass the value in a variable.", what, s.Address))
			}
		}
	}
	return once(diags)
}

// imageCredentials reports credentials by their format in the variables and arguments of images, which everyone who
// has an image can read. BuildKit's own checks know names.
func imageCredentials(i *manifest.Image) (diags hcl.Diagnostics) {
	report := func(name, value string, at hcl.Range) {
		if what := credentialForm(value); what != "" || urlPassword(value) != "" || fieldPassword(value) != "" {
			if what == "" {
				what = "a password"
			}
			diags = append(diags, ruleLiteralCredential.At(at, "%s of %s contains %s in plain text, and everyone who has the image can read it. Pass it to the step that needs it as a mount of type secret, and to the service as a secret.", name, i.Address, what))
		}
	}
	for _, a := range i.BuildArgs {
		report(a.Key, a.Value, a.Range)
	}
	for _, s := range i.Stages {
		for _, do := range s.Steps {
			if e, ok := do.(*manifest.EnvInstruction); ok {
				for _, kv := range e.Values {
					report(kv.Key, kv.Value, e.Of("values"))
				}
			}
			if a, ok := do.(*manifest.ArgInstruction); ok && a.Default != nil {
				report(a.Name, *a.Default, a.Of("default"))
			}
		}
	}
	return once(diags)
}
