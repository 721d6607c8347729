//go:build linux

package kubernetes

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// keys writes the certificates and keys of a server into a folder that only this user can read: those of one
// authority, which ends with the server.
type keys struct {
	dir    string
	ca     *x509.Certificate
	key    *ecdsa.PrivateKey
	serial int64
}

// newKeys makes the authority: ca.crt.
func newKeys(dir string) (*keys, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	k := &keys{dir: dir, key: key}
	template := k.template(pkix.Name{CommonName: "omegagen-test"})
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage |= x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	if k.ca, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	return k, k.write("ca.crt", "CERTIFICATE", der)
}

func (k *keys) template(subject pkix.Name) *x509.Certificate {
	k.serial++
	return &x509.Certificate{
		SerialNumber: big.NewInt(k.serial), Subject: subject, NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost", "kubernetes.default.svc"},
	}
}

// issue makes NAME.crt and NAME.key of a user, or of a server on loopback.
func (k *keys) issue(name string, subject pkix.Name) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, k.template(subject), k.ca, key.Public(), k.key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	if err := k.write(name+".crt", "CERTIFICATE", der); err != nil {
		return err
	}
	return k.write(name+".key", "EC PRIVATE KEY", private)
}

func (k *keys) write(name, kind string, der []byte) error {
	return os.WriteFile(filepath.Join(k.dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

func (k *keys) path(name string) string { return filepath.Join(k.dir, name) }
