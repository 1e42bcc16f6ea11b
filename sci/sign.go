package sci

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"reflect"
)

// SignatureSchema is the name and version of the JSON form of a [Signature].
const SignatureSchema = "scimeter.signature/1"

// signatureAlgorithm is the one that there is: EdDSA over Curve25519 (RFC 8032).
const signatureAlgorithm = "ed25519"

// maxSignature is how many bytes the JSON of a signature may have.
const maxSignature = 16 << 10

// A Signature says that the holder of a key vouches for a disclosure. It lies
// beside the document, which stays as it is: it is over the digest of its
// canonical form, so that a copy with other spaces or another order of keys is
// the same document, and one with another digit is not.
//
// What is signed is the canonical JSON of the signature itself without its last
// field: so the algorithm, the key id and the schema are vouched for too, and a
// signature cannot be taken for one of something else.
type Signature struct {
	Schema    string `json:"schema"`    // SignatureSchema
	Algorithm string `json:"algorithm"` // "ed25519"
	Document  string `json:"document"`  // the schema of what is signed
	Digest    string `json:"sha256"`    // of its canonical form
	KeyID     string `json:"key_id,omitempty"`
	Value     string `json:"signature,omitempty"` // base64
}

// KeyID returns a name for a public key: the first 16 hexadecimal digits of its
// SHA-256. It finds a key; only the key itself proves anything.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// Sign returns a signature of d by key; "" as id stands for [KeyID]. The same
// document and key give the same signature. It refuses a key that is not one of
// ed25519 ([ErrKey]) and a document without a canonical form.
func Sign(d *Disclosure, id string, key ed25519.PrivateKey) (Signature, error) {
	if len(key) != ed25519.PrivateKeySize {
		return Signature{}, refuse(ErrKey, "sign with a key of %d bytes", len(key))
	}
	digest, err := d.Digest()
	if err != nil {
		return Signature{}, err
	}
	if id == "" {
		id = KeyID(key.Public().(ed25519.PublicKey))
	}
	s := Signature{
		Schema:    SignatureSchema,
		Algorithm: signatureAlgorithm,
		Document:  DisclosureSchema,
		Digest:    digest,
		KeyID:     id,
	}
	message, err := s.Canonical()
	if err != nil {
		return Signature{}, err
	}
	s.Value = base64.StdEncoding.EncodeToString(ed25519.Sign(key, message))
	return s, nil
}

// VerifySignature returns nil if s is a signature of d by the holder of key:
// that key, not merely one of the same id. It returns [ErrDigest] where s is of
// another document, [ErrSignature] where it is not by key, and [ErrKey],
// [ErrSchema], [ErrSchemaNewer] or [ErrAlgorithm] where it cannot tell.
func VerifySignature(d *Disclosure, s Signature, key ed25519.PublicKey) error {
	if len(key) != ed25519.PublicKeySize {
		return refuse(ErrKey, "verify with a key of %d bytes", len(key))
	}
	if err := s.check(); err != nil {
		return err
	}
	digest, err := d.Digest()
	if err != nil {
		return err
	}
	if s.Digest != digest {
		return refuse(ErrDigest, "verify: signed %.64q, found %q", s.Digest, digest)
	}
	value, err := base64.StdEncoding.Strict().DecodeString(s.Value)
	if err != nil {
		return refuse(ErrSignature, "verify: not base64")
	}
	s.Value = ""
	message, err := s.Canonical()
	if err != nil {
		return err
	}
	if !ed25519.Verify(key, message, value) {
		return refuse(ErrSignature, "verify against key %s", KeyID(key))
	}
	return nil
}

func (s Signature) check() error {
	if err := knownSchema(s.Schema, SignatureSchema); err != nil {
		return err
	}
	if s.Algorithm != signatureAlgorithm {
		return refuse(ErrAlgorithm, "verify: %.40q", s.Algorithm)
	}
	return nil
}

// Canonical returns the signature as JSON, the same bytes for the same
// signature; see [Disclosure.Canonical].
func (s Signature) Canonical() ([]byte, error) {
	var c canonical
	c.value(reflect.ValueOf(s), signatureForm())
	return c.out, c.err
}

// ParseSignature reads what [Signature.Canonical] writes, as strictly as
// [ParseDisclosure]. It proves nothing yet: [VerifySignature] does.
func ParseSignature(b []byte) (Signature, error) {
	if len(b) > maxSignature {
		return Signature{}, refuse(ErrTooLarge, "read a signature of %d bytes", len(b))
	}
	if err := checkFields(b, signatureForm()); err != nil {
		return Signature{}, err
	}
	var s Signature
	if err := json.Unmarshal(b, &s); err != nil {
		return Signature{}, malformed(err)
	}
	return s, s.check()
}

func signatureForm() *form {
	return formOf(reflect.TypeFor[Signature](), map[reflect.Type]*form{})
}
