// SPDX-License-Identifier: Apache-2.0
//
// The test keys of RFC 9421, appendix B.1.3 (P-256) and B.1.4 (Ed25519).
#ifndef RFC9421_KEYS_H
#define RFC9421_KEYS_H

#define EC_PRIVATE                                                                                 \
	"-----BEGIN EC PRIVATE KEY-----\n"                                                         \
	"MHcCAQEEIFKbhfNZfpDsW43+0+JjUr9K+bTeuxopu653+hBaXGA7oAoGCCqGSM49\n"                       \
	"AwEHoUQDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM\n"                       \
	"4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==\n"                                                   \
	"-----END EC PRIVATE KEY-----\n"
#define EC_PUBLIC                                                                                  \
	"-----BEGIN PUBLIC KEY-----\n"                                                             \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf\n"                       \
	"w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==\n"                           \
	"-----END PUBLIC KEY-----\n"
#define ED_PRIVATE                                                                                 \
	"-----BEGIN PRIVATE KEY-----\n"                                                            \
	"MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n"                       \
	"-----END PRIVATE KEY-----\n"
#define ED_PUBLIC                                                                                  \
	"-----BEGIN PUBLIC KEY-----\n"                                                             \
	"MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n"                           \
	"-----END PUBLIC KEY-----\n"

#endif
