namespace Opportunities.Identity;

/// <summary>The keys that the issuer publishes: the first one signs, the others still validate what they have signed.</summary>
internal sealed class SigningKeys
{
    private const int KeyBits = 2048;
    private const int KeptKeys = 3;

    private readonly Lock _rotation = new();
    private readonly string? _path;
    private volatile IReadOnlyList<RSA> _all;

    /// <summary>Reads the keys from the configured file, or makes the first one.</summary>
    public SigningKeys(IOptions<IdentityOptions> options)
    {
        _path = options.Value.SigningKeyPath;
        _all = _path is null ? [RSA.Create(KeyBits)] : SigningKeyFile.ReadOrCreate(_path, () => RSA.Create(KeyBits));
    }

    public IReadOnlyList<RSA> All => _all;

    public void Rotate()
    {
        lock (_rotation)
        {
            RSA[] keys = [RSA.Create(KeyBits), .. _all.Take(KeptKeys - 1)];
            if (_path is not null) SigningKeyFile.Write(_path, keys);
            _all = keys;
        }
    }
}
