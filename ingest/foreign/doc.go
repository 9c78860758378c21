// Package foreign knows where other systems name a credential by an id or a digest of their own, because they do not log the
// credential itself: the key id of a gateway, a hash in an audit log. Such an identity is no secret. It stays in the line and is
// watched as a token is.
package foreign
