package pgtest

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
)

// IsPassword reports whether a SCRAM verifier (pg_authid.rolpassword) matches a password (RFC 5803)
// that SASLprep doesn't change.
func IsPassword(verifier, password string) bool {
	rest, ok := strings.CutPrefix(verifier, "SCRAM-SHA-256$")
	head, keys, ok2 := strings.Cut(rest, "$")
	count, salt64, ok3 := strings.Cut(head, ":")
	stored64, _, ok4 := strings.Cut(keys, ":")
	n, err := strconv.Atoi(count)
	salt, err2 := base64.StdEncoding.DecodeString(salt64)
	if !ok || !ok2 || !ok3 || !ok4 || err != nil || err2 != nil {
		return false
	}
	salted, err := pbkdf2.Key(sha256.New, password, salt, n, sha256.Size)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, salted)
	mac.Write([]byte("Client Key"))
	stored := sha256.Sum256(mac.Sum(nil))
	return base64.StdEncoding.EncodeToString(stored[:]) == stored64
}
