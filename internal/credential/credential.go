// Package credential tells by the name of a variable, and by its value, whether it holds a password, a token or a
// key.
package credential

import (
	"regexp"
	"slices"
	"strings"
)

// words end the names of variables that hold credentials.
var words = []string{"PASSWORD", "PASSWD", "PASS", "PASSPHRASE", "PWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "ACCESS_KEY",
	"SECRET_KEY", "SECRET_KEY_BASE", "ENCRYPTION_KEY", "SIGNING_KEY", "MASTER_KEY", "AUTH_KEY", "APP_KEY", "COOKIE_KEY", "SESSION_KEY", "PGPASSWORD"}

// Named reports whether a variable of that name holds a credential, if its value may be one.
func Named(name string) bool {
	name = strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	if name == "PWD" || name == "OLDPWD" {
		return false // of the shell
	}
	return slices.ContainsFunc(words, func(w string) bool { return name == w || strings.HasSuffix(name, "_"+w) })
}

// settings are values of variables that are named like credentials and choose something.
var settings = strings.Fields("yes no true false on off none null nil auto default disabled enabled disable enable required optional file env basic bearer plain md5 scram-sha-256 trust ldap oidc oauth2 saml jwt any all 0 1")

var (
	headerName = regexp.MustCompile(`^[A-Z][A-Za-z]*(-[A-Z][A-Za-z]*)+$`)    // a header, such as X-Api-Key
	period     = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h|d)$`) // a duration
)

// Never reports whether a value isn't a credential, whatever the variable's name: a choice, a path, an address, a
// header's name, a duration, or a reference to what another program replaces.
func Never(value string) bool {
	switch {
	case slices.Contains(settings, strings.ToLower(value)), strings.HasPrefix(value, "/"), strings.HasPrefix(value, "./"), strings.HasPrefix(value, "~/"),
		strings.HasPrefix(value, "file:"), strings.Contains(value, "://"), strings.HasPrefix(value, "$"), strings.HasPrefix(value, "{{"), strings.HasPrefix(value, "<"),
		headerName.MatchString(value), period.MatchString(value):
		return true
	}
	return false
}
