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

// reference describes what is wrong with an image reference, "" if it is valid.
func reference(s string) string {
	rest, digest, hasDigest := strings.Cut(s, "@")
	if hasDigest && !digestPart.MatchString(digest) {
		return "the part after the @ is not a digest, which is sha256: with 64 hexadecimal digits"
	}
	slash := strings.LastIndex(rest, "/")
	name, version, hasTag := strings.Cut(rest[slash+1:], ":")
	if hasTag && !tagPart.MatchString(version) {
		return "a tag consists of at most 128 letters, digits, underscores, dots and hyphens, and doesn't start with a dot or hyphen"
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
			return "the registry is not a host name with an optional port"
		}
	}
	if idForm.MatchString(s) {
		return "64 hexadecimal digits are an image ID, not a name"
	}
	for _, p := range parts {
		if !pathPart.MatchString(p) {
			return "a name consists of parts separated by slashes; a part consists of lower-case letters and digits, with dots, underscores and hyphens between them"
		}
	}
	return ""
}
