// Command gate stands before a registry that anyone may use by plain http: it speaks TLS under a
// private CA, and lets nobody in without a token.
//
//	gate certificates FOLDER NAME...     makes ca.pem, tls.crt and tls.key
//	gate serve UPSTREAM FOLDER LOGIN     serves on :5000; LOGIN is NAME:PASSWORD
//
// Under the name of OpenShift's registry a service account's token is taken as it is; under any other
// the token is had from /token with the login. A large blob whose repository has "slow" in its name
// never ends. Each request is printed.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	var err error
	if os.Args[1] == "certificates" {
		err = certificates(os.Args[2], os.Args[3:])
	} else {
		err = serve(os.Args[2], os.Args[3], os.Args[4])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func certificates(folder string, names []string) error {
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	authority := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "a private authority"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	own := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "gate"},
		DNSNames:     names,
		NotBefore:    authority.NotBefore,
		NotAfter:     authority.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	signed, err := x509.CreateCertificate(rand.Reader, authority, authority, &authorityKey.PublicKey, authorityKey)
	if err != nil {
		return err
	}
	chain, err := x509.CreateCertificate(rand.Reader, own, authority, &key.PublicKey, authorityKey)
	if err != nil {
		return err
	}
	for name, block := range map[string]*pem.Block{
		"ca.pem":  {Type: "CERTIFICATE", Bytes: signed},
		"tls.crt": {Type: "CERTIFICATE", Bytes: chain},
		"tls.key": {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(block), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func serve(upstream, folder, login string) error {
	address, err := url.Parse("http://" + upstream)
	if err != nil {
		return err
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	token := hex.EncodeToString(random)
	proxy := &httputil.ReverseProxy{
		Rewrite: func(request *httputil.ProxyRequest) {
			request.SetURL(address)
			request.Out.Host = request.In.Host
			request.Out.Header.Set("X-Forwarded-Proto", "https")
			request.Out.Header.Del("Authorization")
		},
		FlushInterval: -1,
		ModifyResponse: func(answer *http.Response) error {
			if answer.Request.Method == http.MethodGet && answer.ContentLength > 100_000 &&
				strings.Contains(answer.Request.URL.Path, "slow") {
				answer.Body = &stalling{answer.Body, answer.Request, 50_000}
			}
			return nil
		},
	}
	handler := func(out http.ResponseWriter, request *http.Request) {
		name, password, _ := strings.Cut(login, ":")
		bearer := strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer ")
		openShift := strings.HasPrefix(request.Host, "image-registry.openshift-image-registry.svc")
		switch {
		case request.URL.Path == "/token":
			user, given, _ := request.BasicAuth()
			if user != name || given != password {
				fmt.Println("refused a login as", user)
				http.Error(out, `{"errors":[{"code":"UNAUTHORIZED"}]}`, http.StatusUnauthorized)
				return
			}
			fmt.Println("gave a token to", user)
			fmt.Fprintf(out, `{"token":%q,"expires_in":300}`, token)
		case openShift && strings.Count(bearer, ".") == 2:
			fmt.Println("service account", request.Method, request.URL.Path)
			proxy.ServeHTTP(out, request)
		case !openShift && bearer == token:
			fmt.Println("token", request.Method, request.URL.Path)
			proxy.ServeHTTP(out, request)
		default:
			realm := fmt.Sprintf(`Bearer realm="https://%s/token",service="gate"`, request.Host)
			if openShift {
				realm = fmt.Sprintf(`Bearer realm="https://%s/openshift/token"`, request.Host)
			}
			out.Header().Set("Www-Authenticate", realm)
			http.Error(out, `{"errors":[{"code":"UNAUTHORIZED"}]}`, http.StatusUnauthorized)
		}
	}
	return http.ListenAndServeTLS(":5000", filepath.Join(folder, "tls.crt"), filepath.Join(folder, "tls.key"),
		http.HandlerFunc(handler))
}

// stalling is a body of which so much comes, and then nothing until the reader is gone.
type stalling struct {
	io.ReadCloser
	request *http.Request
	left    int
}

func (s *stalling) Read(into []byte) (int, error) {
	if s.left == 0 {
		fmt.Println("stalled", s.request.URL.Path)
		<-s.request.Context().Done()
		return 0, s.request.Context().Err()
	}
	read, err := s.ReadCloser.Read(into[:min(len(into), s.left)])
	s.left -= read
	return read, err
}
