package indicator

import (
	"crypto/sha256"
	"strings"
)

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// isBTC checks a Bitcoin address with its checksum: base58 from 1 or 3, or
// bech32 from bc1.
func isBTC(s string) bool {
	if hasFold(s, "bc1") {
		return isBech32(s)
	}
	if len(s) < 26 || len(s) > 35 || s[0] != '1' && s[0] != '3' {
		return false
	}
	var raw [25]byte
	for i := range len(s) {
		carry := strings.IndexByte(base58, s[i])
		if carry < 0 {
			return false
		}
		for j := len(raw) - 1; j >= 0; j-- {
			carry += int(raw[j]) * 58
			raw[j] = byte(carry)
			carry >>= 8
		}
		if carry != 0 {
			return false
		}
	}
	first := sha256.Sum256(raw[:21])
	sum := sha256.Sum256(first[:])
	return string(sum[:4]) == string(raw[21:]) && (raw[0] == 0) == (s[0] == '1')
}

// isBech32 checks the form and the checksum of BIP 173 and BIP 350.
func isBech32(s string) bool {
	const (
		charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
		bech32m = 0x2bc830a3
	)
	low := strings.ToLower(s)
	if len(s) < 14 || len(s) > 90 || s != low && s != strings.ToUpper(s) {
		return false
	}
	sum := uint32(1)
	for _, v := range [...]uint32{'b' >> 5, 'c' >> 5, 0, 'b' & 31, 'c' & 31} {
		sum = polymod(sum, v)
	}
	for i := len("bc1"); i < len(low); i++ {
		v := strings.IndexByte(charset, low[i])
		if v < 0 {
			return false
		}
		sum = polymod(sum, uint32(v))
	}
	return sum == 1 || sum == bech32m
}

func polymod(sum, v uint32) uint32 {
	top := sum >> 25
	sum = sum&0x1ffffff<<5 ^ v
	for i, g := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
		if top>>i&1 == 1 {
			sum ^= g
		}
	}
	return sum
}

func isETH(s string) bool {
	return len(s) == 42 && s[0] == '0' && s[1] == 'x' && all(s[2:], isHex)
}

// isXMR checks the form of a Monero address: 95 characters, 106 with a payment
// id.
func isXMR(s string) bool {
	if len(s) != 95 && len(s) != 106 || s[0] != '4' && s[0] != '8' {
		return false
	}
	if !isDigit(s[1]) && s[1] != 'A' && s[1] != 'B' {
		return false
	}
	return all(s, func(c byte) bool { return strings.IndexByte(base58, c) >= 0 })
}
