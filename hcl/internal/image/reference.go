package image

import (
	"regexp"
	"strings"
)

var (
	tagPart      = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	pathPart     = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$`)
	hostPart     = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(:[0-9]+)?$`)
	digestPart   = regexp.MustCompile(`^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$`)
	idForm       = regexp.MustCompile(`^[0-9a-f]{64}$`)
	platformForm = regexp.MustCompile(`^[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?$`)
)

// reference says what is wrong with an image's reference, "" if nothing is.
func reference(s string) string {
	rest, digest, hasDigest := strings.Cut(s, "@")
	if hasDigest && !digestPart.MatchString(digest) {
		return "what follows the @ is no digest such as sha256: with 64 hexadecimal digits"
	}
	slash := strings.LastIndex(rest, "/")
	name, version, hasTag := strings.Cut(rest[slash+1:], ":")
	if hasTag && !tagPart.MatchString(version) {
		return "a tag is made of letters, digits, underscores, full stops and hyphens, at most 128, and doesn't begin with a full stop or hyphen"
	}
	parts := append(strings.Split(rest[:max(slash, 0)], "/"), name)
	if slash < 0 {
		parts = []string{name}
	}
	if host := parts[0]; len(parts) > 1 && (strings.ContainsAny(host, ".:[") || host == "localhost" || host != strings.ToLower(host)) {
		switch {
		case hostPart.MatchString(host):
			parts = parts[1:]
		case !pathPart.MatchString(host):
			return "the registry is no host name with an optional port"
		}
	}
	if idForm.MatchString(s) {
		return "64 hexadecimal digits are an image's ID, not a name"
	}
	for _, p := range parts {
		if !pathPart.MatchString(p) {
			return "its name is made of lower-case letters and digits, with full stops, underscores and hyphens between them, and slashes between its parts"
		}
	}
	return ""
}
