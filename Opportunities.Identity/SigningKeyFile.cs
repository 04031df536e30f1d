namespace Opportunities.Identity;

/// <summary>The PEM file of the signing keys, newest first, readable by its owner alone.</summary>
internal static class SigningKeyFile
{
    private const int SmallestKeyBits = 2048;

    /// <summary>Reads the keys; where there is no file yet, makes it with one new key.</summary>
    public static IReadOnlyList<RSA> ReadOrCreate(string path, Func<RSA> create)
    {
        try
        {
            if (!File.Exists(path)) Write(path, [create()], overwrite: false);
            return Read(path);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new OptionsValidationException(
                IdentityOptions.Section, typeof(IdentityOptions),
                [$"{IdentityOptions.Section}:{nameof(IdentityOptions.SigningKeyPath)} '{path}' cannot be used: {exception.Message}"]);
        }
    }

    /// <summary>Writes the keys so that a reader sees either all of the old file or all of the new one.</summary>
    /// <param name="overwrite">Whether a file that is there gives way; otherwise it stays as it is.</param>
    public static void Write(string path, IEnumerable<RSA> keys, bool overwrite = true)
    {
        var directory = Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var draft = Path.Combine(directory.FullName, Path.GetRandomFileName());

        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) creation.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        using (var writer = new StreamWriter(draft, creation))
        {
            foreach (var key in keys) writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
        }

        try
        {
            File.Move(draft, path, overwrite);
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            // Another process made the file at the same moment: its key is as good as ours.
            File.Delete(draft);
        }
    }

    private static List<RSA> Read(string path)
    {
        var keys = new List<RSA>();
        ReadOnlySpan<char> text = File.ReadAllText(path);

        while (PemEncoding.TryFind(text, out var fields))
        {
            var key = RSA.Create();
            key.ImportFromPem(text[fields.Location]);
            if (key.KeySize < SmallestKeyBits)
                throw new CryptographicException($"a key of {key.KeySize} bits is too short, {SmallestKeyBits} are needed.");
            keys.Add(key);
            text = text[fields.Location.End..];
        }

        return keys.Count > 0 ? keys : throw new CryptographicException("it contains no key in PEM form.");
    }
}
