using System.Text.RegularExpressions;
using static Opportunities.SystemTests.Security.PassiveRule;

namespace Opportunities.SystemTests.Security;

/// <summary>
/// The rules of ZAP's passive scan that an answer of an HTTP API, or its one page, could break. docs/security.md says which are
/// left out, and why. Where ZAP asks a rule of pages alone, and the API can keep it everywhere, it is asked everywhere.
/// </summary>
internal static partial class PassiveRules
{
    public static IReadOnlyList<PassiveRule> All { get; } =
    [
        new(2, "Private IP Disclosure", answer => PrivateAddress().IsMatch(answer.Body), Page("10.1.2.3")),
        new(
            3, "Session ID in URL Rewrite", answer => SessionInAddress().IsMatch(answer.Request + answer.Header("Location") + answer.Body),
            Page("/a;jsessionid=0123456789")),
        new(
            10009, "In Page Banner Information Leak", answer => answer.Status >= 400 && Banner().IsMatch(answer.Body),
            With(404, "text/html", "nginx/1.2")),
        new(
            10010, "Cookie No HttpOnly Flag", answer => CookieLacks(answer, "httponly"),
            Page("", "Set-Cookie: a=b; Secure; SameSite=Strict")),
        new(
            10011, "Cookie Without Secure Flag", answer => CookieLacks(answer, "secure"),
            Page("", "Set-Cookie: a=b; HttpOnly; SameSite=Strict")),
        new(
            10015, "Re-examine Cache-control Directives", answer => !MayBeKeptByNobody(answer),
            Page("", "Cache-Control: public, max-age=60")),
        new(
            10017, "Cross-Domain JavaScript Source File Inclusion", answer => answer.IsHtml && ForeignScript().IsMatch(answer.Body),
            Page("<script src='https://cdn.example/a.js'>")),
        new(10019, "Content-Type Header Missing", answer => answer.Body.Length > 0 && answer.MediaType.Length == 0, With(200, "", "x")),
        new(
            10020, "Anti-clickjacking Header",
            answer => !Policy(answer).GetValueOrDefault("frame-ancestors", "").Equals("'none'", StringComparison.Ordinal),
            Page("", "Content-Security-Policy: default-src 'none'")),
        new(10021, "X-Content-Type-Options Header Missing", answer => answer.Header("X-Content-Type-Options") != "nosniff", Page("")),
        new(
            10023, "Information Disclosure - Debug Error Messages", answer => answer.Status >= 400 && DebugMessage().IsMatch(answer.Body),
            With(500, "text/plain", "Internal Server Error")),
        new(
            10024, "Information Disclosure - Sensitive Information in URL",
            answer => SensitiveParameter().IsMatch(answer.Request + answer.Header("Location")), With(302, "", "", "Location: /a?token=x")),
        new(
            10025, "Information Disclosure - Sensitive Information in HTTP Referrer Header",
            answer => answer.Header("Referrer-Policy") != "no-referrer", Page("")),
        new(
            10027, "Information Disclosure - Suspicious Comments", answer => answer.IsHtml && SuspiciousComment().IsMatch(answer.Body),
            Page("<!-- TODO: remove the password -->")),
        new(
            10028, "Off-site Redirect",
            answer => answer.Status is >= 300 and < 400 && answer.Header("Location").Contains("//", StringComparison.Ordinal),
            With(302, "", "", "Location: //evil.example")),
        new(
            10032, "Viewstate", answer => answer.Body.Contains("__VIEWSTATE", StringComparison.Ordinal),
            Page("<input name='__VIEWSTATE'>")),
        new(
            10033, "Directory Browsing", answer => answer.Body.Contains("Index of /", StringComparison.Ordinal),
            Page("<title>Index of /</title>")),
        new(10036, "HTTP Server Response Header", answer => answer.Has("Server"), Page("", "Server: Kestrel")),
        new(
            10037, "Server Leaks Information via \"X-Powered-By\"", answer => answer.Has("X-Powered-By"),
            Page("", "X-Powered-By: ASP.NET")),
        new(10038, "Content Security Policy (CSP) Header Not Set", answer => !answer.Has("Content-Security-Policy"), Page("")),
        new(
            10039, "X-Backend-Server Header Information Leak", answer => answer.Has("X-Backend-Server"),
            Page("", "X-Backend-Server: host")),
        new(
            10040, "Secure Pages Include Mixed Content", answer => answer.IsHtml && MixedContent().IsMatch(answer.Body),
            Page("<img src='http://example.com/a.png'>")),
        new(
            10041, "HTTP to HTTPS Insecure Transition in Form Post",
            answer => answer.IsHtml && answer.Body.Contains("<form", StringComparison.OrdinalIgnoreCase),
            Page("<form action='https://a'>")),
        new(
            10043, "User Controllable JavaScript Event (XSS)",
            answer => answer.Body.Contains("zapProbe", StringComparison.Ordinal) && answer.IsHtml, Page("<a onclick='zapProbe'>")),
        new(
            10044, "Big Redirect Detected", answer => answer.Status is >= 300 and < 400 && answer.Body.Length > 500,
            With(302, "", new string('x', 501))),
        new(
            10052, "X-ChromeLogger-Data (XCOLD) Header Information Leak",
            answer => answer.Has("X-ChromeLogger-Data") || answer.Has("X-ChromePhp-Data"), Page("", "X-ChromeLogger-Data: x")),
        new(
            10054, "Cookie without SameSite Attribute", answer => CookieLacks(answer, "samesite="),
            Page("", "Set-Cookie: a=b; HttpOnly; Secure")),
        new(
            10055, "CSP: Wildcard Directive, script-src and style-src unsafe-inline, no fallback", IsWeakPolicy,
            Page("", "Content-Security-Policy: default-src *")),
        new(
            10056, "X-Debug-Token Information Leak", answer => answer.Has("X-Debug-Token") || answer.Has("X-Debug-Token-Link"),
            Page("", "X-Debug-Token: x")),
        new(
            10061, "X-AspNet-Version Response Header", answer => answer.Has("X-AspNet-Version") || answer.Has("X-AspNetMvc-Version"),
            Page("", "X-AspNet-Version: 4")),
        new(
            10062, "PII Disclosure", answer => Digits().Matches(answer.Body).Any(match => IsCardNumber(match.Value)),
            Page("4111111111111111")),
        new(10063, "Permissions Policy Header Not Set", answer => answer.IsHtml && !answer.Has("Permissions-Policy"), Page("")),
        new(
            10096, "Timestamp Disclosure - Unix",
            answer => UnixTime().IsMatch(answer.Body)
                || answer.Headers.Any(header => header.Key != "Content-Length" && UnixTime().IsMatch(header.Value)),
            Page("1735689600")),
        new(
            10097, "Hash Disclosure", answer => Hash().IsMatch(answer.Body),
            Page("$2a$10$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuuabcdefghijklmno")),
        new(
            10098, "Cross-Domain Misconfiguration", answer => answer.Has("Access-Control-Allow-Origin"),
            Page("", "Access-Control-Allow-Origin: *")),
        new(
            10099, "Source Code Disclosure", answer => answer.Status >= 400 && SourceCode().IsMatch(answer.Body),
            With(500, "text/plain", "<?php echo 1; ?>")),
        new(
            10105, "Weak Authentication Method", answer => WeakMethod().IsMatch(answer.Header("WWW-Authenticate")),
            With(401, "", "", "WWW-Authenticate: Basic realm=x")),
        new(
            10108, "Reverse Tabnabbing",
            answer => answer.IsHtml && answer.Body.Contains("target=\"_blank\"", StringComparison.OrdinalIgnoreCase),
            Page("<a target=\"_blank\">")),
        new(
            10202, "Absence of Anti-CSRF Tokens",
            answer => answer.Has("Set-Cookie") || (answer.IsHtml && answer.Body.Contains("<form", StringComparison.OrdinalIgnoreCase)),
            Page("<form>")),
        new(90002, "Java Serialization Object", answer => answer.Body.Contains("rO0AB", StringComparison.Ordinal), Page("rO0ABXNy")),
        new(
            90003, "Sub Resource Integrity Attribute Missing", answer => answer.IsHtml && ForeignResource().IsMatch(answer.Body),
            Page("<link href='https://cdn.example/a.css'>")),
        new(
            90004, "Insufficient Site Isolation Against Spectre Vulnerability", IsNotIsolated,
            Page("", "Cross-Origin-Resource-Policy: same-origin")),
        new(90011, "Charset Mismatch", IsOtherCharset, Page("<meta charset=\"iso-8859-1\">")),
        new(
            90022, "Application Error Disclosure", answer => ApplicationError().IsMatch(answer.Body) || answer.Status == 500,
            With(400, "text/plain", "at System.String.Concat()")),
        new(
            90030, "WSDL File Detection", answer => answer.Body.Contains("<wsdl:definitions", StringComparison.Ordinal),
            With(200, "text/xml", "<wsdl:definitions>")),
        new(
            90033, "Loosely Scoped Cookie",
            answer => answer.Values("Set-Cookie").Any(cookie => cookie.Contains("domain=", StringComparison.OrdinalIgnoreCase)),
            Page("", "Set-Cookie: a=b; Domain=example.com")),
    ];

    private static bool CookieLacks(Answer answer, string attribute) =>
        answer.Values("Set-Cookie").Any(cookie => !cookie.Contains(attribute, StringComparison.OrdinalIgnoreCase));

    private static bool MayBeKeptByNobody(Answer answer) =>
        answer.Header("Cache-Control").Split(", ").Order().ToArray() is ["no-store"] or ["no-cache", "private"];

    private static Dictionary<string, string> Policy(Answer answer) => answer.Header("Content-Security-Policy")
        .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(directive => directive.Split(' ', 2))
        .ToDictionary(parts => parts[0], parts => parts.Length > 1 ? parts[1] : "");

    // The page's own scripts and styles are inline in part, which is why it is shown in development only.
    private static bool IsWeakPolicy(Answer answer)
    {
        var policy = Policy(answer);
        return policy.GetValueOrDefault("default-src") != "'none'"
            || policy.Any(directive => directive.Value.Split(' ').Any(source => source is "*" or "http:" or "https:" or "'unsafe-eval'"))
            || (!answer.IsHtml && answer.Status is not (>= 300 and < 400)
                && policy.Any(directive => directive.Value.Contains("unsafe", StringComparison.Ordinal)))
            || (answer.IsHtml && (policy.GetValueOrDefault("base-uri") != "'none'" || policy.GetValueOrDefault("form-action") != "'none'"));
    }

    private static bool IsNotIsolated(Answer answer) => answer.Header("Cross-Origin-Resource-Policy") != "same-origin"
        || (answer.IsHtml
            && (answer.Header("Cross-Origin-Opener-Policy") != "same-origin"
                || answer.Header("Cross-Origin-Embedder-Policy") != "require-corp"));

    private static bool IsOtherCharset(Answer answer) =>
        (answer.Header("Content-Type").Contains("charset", StringComparison.OrdinalIgnoreCase)
            && !answer.Header("Content-Type").EndsWith("charset=utf-8", StringComparison.OrdinalIgnoreCase))
        || (answer.IsHtml && MetaCharset().Match(answer.Body) is { Success: true } meta
            && !meta.Groups["name"].Value.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static bool IsCardNumber(string digits)
    {
        var sum = 0;
        for (var n = 0; n < digits.Length; n++)
        {
            var digit = digits[^(n + 1)] - '0';
            sum += n % 2 == 0 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2;
        }

        return sum % 10 == 0;
    }

    [GeneratedRegex(@"\b(10\.\d{1,3}|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b|\bip-10-\d")]
    private static partial Regex PrivateAddress();

    [GeneratedRegex("(;jsessionid=|[?&](phpsessid|sid|sessionid|cftoken)=)", RegexOptions.IgnoreCase)]
    private static partial Regex SessionInAddress();

    [GeneratedRegex(@"\b(nginx|Apache|Kestrel|Microsoft-IIS|Jetty|Lighttpd)/?[\d.]*", RegexOptions.IgnoreCase)]
    private static partial Regex Banner();

    [GeneratedRegex("""<script[^>]+src\s*=\s*["']?(https?:)?//""", RegexOptions.IgnoreCase)]
    private static partial Regex ForeignScript();

    // ZAP's list (debug error messages), as far as it can be meant for this service, and its own words for a failure.
    [GeneratedRegex(
        "Error Occurred While Processing Request|Internal Server Error|Error Report|Error Diagnostic Report|Parse error: parse "
        + "error|ODBC|SqlException|Unhandled exception|StackTrace",
        RegexOptions.IgnoreCase)]
    private static partial Regex DebugMessage();

    [GeneratedRegex(
        "[?&](user|username|pass|passwd|password|pwd|session|sessid|token|access_token|api_?key|secret|ssn|email)=",
        RegexOptions.IgnoreCase)]
    private static partial Regex SensitiveParameter();

    [GeneratedRegex(
        @"<!--(?:(?!-->).)*\b(TODO|FIXME|BUGS?|XXX|QUERY|DB|ADMIN(ISTRATOR)?|USER(NAME)?|PASSWORD|PASSWD|SELECT|DEBUG|LATER)\b",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex SuspiciousComment();

    [GeneratedRegex(
        """<(img|script|link|iframe|form|object|embed|video|audio)[^>]+(src|href|action|data)\s*=\s*["']?http:""", RegexOptions.IgnoreCase)]
    private static partial Regex MixedContent();

    [GeneratedRegex(@"(?<![\w.-])\d{13,16}(?![\w.-])")]
    private static partial Regex Digits();

    [GeneratedRegex(@"(?<![\w.-])1[4-9]\d{8}(?![\w.-])")]
    private static partial Regex UnixTime();

    [GeneratedRegex(
        @"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$[156]\$[./A-Za-z0-9]{2,16}\$|(?<![\w-])[0-9a-fA-F]{32}(?![\w-])|(?<![\w-])[0-9a-fA-F]{40}(?![\w-])")]
    private static partial Regex Hash();

    [GeneratedRegex(@"<\?php|<%@|\busing System;|\bnamespace \w+[;{]|#!/bin/")]
    private static partial Regex SourceCode();

    [GeneratedRegex(@"\b(Basic|Digest|NTLM|Negotiate)\b", RegexOptions.IgnoreCase)]
    private static partial Regex WeakMethod();

    [GeneratedRegex("""<(script|link)[^>]+(src|href)\s*=\s*["']?(https?:)?//(?![^>]*\bintegrity\b)""", RegexOptions.IgnoreCase)]
    private static partial Regex ForeignResource();

    [GeneratedRegex("""<meta[^>]+charset\s*=\s*["']?(?<name>[\w-]+)""", RegexOptions.IgnoreCase)]
    private static partial Regex MetaCharset();

    [GeneratedRegex(@"\bat [A-Z]\w+(\.\w+)+\(|\.cs:line \d|\b\w+Exception:|SQLSTATE|Npgsql|StackExchange\.Redis|"
        + @"syntax error at or near|/(usr|home|app|tmp)/\w+")]
    private static partial Regex ApplicationError();
}
