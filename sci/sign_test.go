package sci_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

// testKey is a key for tests: the same one every time, and nobody's.
func testKey(b byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{b}, ed25519.SeedSize))
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

func ExampleSign() {
	_, key, _ := ed25519.GenerateKey(nil)
	d := &sci.Disclosure{Schema: sci.DisclosureSchema, Software: sci.Software{Name: "checkout"}}
	s, err := sci.Sign(d, "release-key-2026", key)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sci.VerifySignature(d, s, key.Public().(ed25519.PublicKey)))
	d.Software.Name = "chekout"
	fmt.Println(sci.VerifySignature(d, s, key.Public().(ed25519.PublicKey)) != nil)
	// Output:
	// <nil>
	// true
}

func TestSignature(t *testing.T) {
	d, key := fullDisclosure(), testKey(1)
	s, err := sci.Sign(d, "", key)
	require.NoError(t, err)
	require.Equal(t, sci.KeyID(public(key)), s.KeyID)
	require.NoError(t, sci.VerifySignature(d, s, public(key)))
	again, err := sci.Sign(d, "", key)
	require.NoError(t, err)
	require.Equal(t, s, again)

	b, err := s.Canonical()
	require.NoError(t, err)
	read, err := sci.ParseSignature(b)
	require.NoError(t, err)
	require.Equal(t, s, read)

	// What is signed can be made without this package.
	message := fmt.Sprintf(`{"algorithm":"ed25519","document":"scimeter.disclosure/1","key_id":%q,"schema":"scimeter.signature/1","sha256":%q}`,
		s.KeyID, s.Digest)
	value, err := base64.StdEncoding.DecodeString(s.Value)
	require.NoError(t, err)
	require.True(t, ed25519.Verify(public(key), []byte(message), value))
}

func TestSignatureRefuses(t *testing.T) {
	d, key := fullDisclosure(), testKey(1)
	signed, err := sci.Sign(d, "a", key)
	require.NoError(t, err)
	other := fullDisclosure()
	other.Software.Name += "."
	for _, c := range []struct {
		name   string
		change func(*sci.Signature)
		d      *sci.Disclosure
		key    ed25519.PublicKey
		want   error
	}{
		{"another document", func(*sci.Signature) {}, other, public(key), sci.ErrDigest},
		{"another key", func(*sci.Signature) {}, d, public(testKey(2)), sci.ErrSignature},
		{"another key id", func(s *sci.Signature) { s.KeyID = "b" }, d, public(key), sci.ErrSignature},
		{"another kind of document", func(s *sci.Signature) { s.Document = "scimeter.usage/1" }, d, public(key), sci.ErrSignature},
		{"another value", func(s *sci.Signature) { s.Value = strings.Repeat("A", 86) + "==" }, d, public(key), sci.ErrSignature},
		{"a short value", func(s *sci.Signature) { s.Value = "AAAA" }, d, public(key), sci.ErrSignature},
		{"no value", func(s *sci.Signature) { s.Value = "" }, d, public(key), sci.ErrSignature},
		{"no base64", func(s *sci.Signature) { s.Value = "!" }, d, public(key), sci.ErrSignature},
		{"the digest of another document", func(s *sci.Signature) { s.Digest, _ = other.Digest() }, other, public(key), sci.ErrSignature},
		{"another algorithm", func(s *sci.Signature) { s.Algorithm = "none" }, d, public(key), sci.ErrAlgorithm},
		{"a newer signature", func(s *sci.Signature) { s.Schema = "scimeter.signature/2" }, d, public(key), sci.ErrSchemaNewer},
		{"no signature at all", func(s *sci.Signature) { *s = sci.Signature{} }, d, public(key), sci.ErrSchema},
		{"half a key", func(*sci.Signature) {}, d, public(key)[:16], sci.ErrKey},
		{"no key", func(*sci.Signature) {}, d, nil, sci.ErrKey},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := signed
			c.change(&s)
			require.ErrorIs(t, sci.VerifySignature(c.d, s, c.key), c.want)
		})
	}
	_, err = sci.Sign(d, "", key[:32])
	require.ErrorIs(t, err, sci.ErrKey)
	_, err = sci.Sign(&sci.Disclosure{Profile: "\xff"}, "", key)
	require.ErrorIs(t, err, sci.ErrText)
}

func FuzzParseSignature(f *testing.F) {
	s, err := sci.Sign(fullDisclosure(), "", testKey(1))
	require.NoError(f, err)
	b, err := s.Canonical()
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte(`{"schema":"scimeter.signature/1","algorithm":"none"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := sci.ParseSignature(b)
		if err != nil {
			var typed *sci.Error
			require.ErrorAs(t, err, &typed)
			return
		}
		b, err = s.Canonical()
		require.NoError(t, err)
		again, err := sci.ParseSignature(b)
		require.NoError(t, err)
		require.Equal(t, s, again)
	})
}
