/**
 * Access tokens of OAuth 2 (RFC 6749), as clouds give them to machines: asked for over HTTP, kept,
 * and renewed before they end. Knows no cloud, and not what a token is for.
 */
@NullMarked
package dev.stepcache.oauth;

import org.jspecify.annotations.NullMarked;
