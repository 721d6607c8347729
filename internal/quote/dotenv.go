package quote

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// Dotenv writes s as a value of a .env file that Compose and a POSIX shell (`. ./.env`) read alike.
// Most strings are in single quotes. Those that both can't read in single quotes (with a single quote,
// or a backslash before the closing quote) are in double quotes, in which Compose has no escape for a
// backquote: together with one they are an error, as are U+0000 and carriage returns.
func Dotenv(s string) (string, error) {
	switch {
	case !utf8.ValidString(s):
		return "", errors.New("it isn't valid UTF-8")
	case strings.ContainsAny(s, "\x00\r"):
		return "", errors.New("a .env file can't contain U+0000 or a carriage return")
	case !strings.Contains(s, "'") && !strings.HasSuffix(s, `\`):
		return "'" + s + "'", nil
	case strings.Contains(s, "`"):
		return "", errors.New("a .env file can't contain a backquote together with a single quote or a backslash at the end")
	}
	return `"` + dotenvEscaper.Replace(s) + `"`, nil
}

var dotenvEscaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`)
