// Package jwt recognises JSON Web Tokens, whole or cut, and reads their claims. It verifies nothing.
package jwt
