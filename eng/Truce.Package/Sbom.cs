using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Truce.Cli;

namespace Truce.Package;

/// <summary>
/// The bill of materials, CycloneDX 1.6: what the lock files name with its digest, the runtime that is
/// compiled in, and SQLite in the version that its library states. The same sources and programs make the
/// same document.
/// </summary>
internal static partial class Sbom
{
    private const string Root = "truce";
    private const string Sqlite = "SQLitePCLRaw.lib.e_sqlite3";

    // SPDX's names. A package that isn't here is refused: NOTICE must name it too.
    private static readonly Dictionary<string, string> s_licenses = new(StringComparer.Ordinal)
    {
        ["Microsoft."] = "MIT",
        ["SQLitePCLRaw."] = "Apache-2.0",
        ["Spectre.Console"] = "MIT",
        ["System.CommandLine"] = "MIT",
        ["runtime.linux-x64.Microsoft."] = "MIT",
    };

    /// <summary>Writes it.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="programs">The folder with the programs.</param>
    public static int Write(string file, string programs)
    {
        string sqlite = VersionOfSqlite(File.ReadAllBytes(Path.Combine(programs, "libe_sqlite3.so")));
        File.WriteAllText(file, Make(ShippedPackages.All(), sqlite, SourceTime()));
        return 0;
    }

    /// <summary>The document.</summary>
    public static string Make(IReadOnlyList<ShippedPackage> packages, string sqlite, DateTimeOffset time)
    {
        string version = CommandLine.Version.Split('+')[0];
        JsonArray components = [.. packages.Select(Component), SqliteItself(sqlite)];
        JsonObject document = new()
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["serialNumber"] = Serial($"{version}\n{components.ToJsonString()}"),
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["timestamp"] = time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                ["component"] = new JsonObject
                {
                    ["type"] = "application",
                    ["bom-ref"] = Root,
                    ["name"] = "truce",
                    ["version"] = version,
                    ["licenses"] = License("Apache-2.0"),
                },
            },
            ["components"] = components,
            ["dependencies"] = Dependencies(packages, sqlite),
        };
        return document.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
    }

    /// <summary>The version that stands in the library, before the date of its sources.</summary>
    internal static string VersionOfSqlite(byte[] library)
    {
        Match found = SqliteVersion().Match(Encoding.Latin1.GetString(library));
        return found.Success
            ? found.Groups[1].Value
            : throw new FormatException("libe_sqlite3.so doesn't state SQLite's version");
    }

    private static JsonObject Component(ShippedPackage package)
    {
        JsonObject component = new()
        {
            ["type"] = ShippedPackages.Runtimes.Contains(package.Name) ? "framework" : "library",
            ["bom-ref"] = Reference(package),
            ["name"] = package.Name,
            ["version"] = package.Version,
            ["scope"] = package.IsTool ? "excluded" : "required",
        };
        if (package.Sha512 is { } digest)
        {
            component["hashes"] = new JsonArray(new JsonObject
            {
                ["alg"] = "SHA-512",
                ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(digest)),
            });
        }

        component["licenses"] = License(LicenseOf(package.Name));
        component["purl"] = Reference(package);
        return component;
    }

    private static JsonObject SqliteItself(string version) => new()
    {
        ["type"] = "library",
        ["bom-ref"] = ReferenceOfSqlite(version),
        ["name"] = "sqlite",
        ["version"] = version,
        ["scope"] = "required",
        ["licenses"] = License("blessing"),
        ["cpe"] = $"cpe:2.3:a:sqlite:sqlite:{version}:*:*:*:*:*:*:*",
        ["purl"] = ReferenceOfSqlite(version),
    };

    private static JsonArray Dependencies(IReadOnlyList<ShippedPackage> packages, string sqlite)
    {
        Dictionary<string, ShippedPackage> byName =
            packages.ToDictionary(p => p.Name, StringComparer.Ordinal);
        HashSet<string> needed = [.. packages.SelectMany(p => p.Needs)];
        JsonArray all =
            [Dependency(Root, packages.Where(p => !p.IsTool && !needed.Contains(p.Name)).Select(Reference))];
        foreach (ShippedPackage package in packages)
        {
            IEnumerable<string> needs =
                package.Needs.Where(byName.ContainsKey).Select(n => Reference(byName[n]));
            all.Add(Dependency(
                Reference(package), package.Name == Sqlite ? needs.Append(ReferenceOfSqlite(sqlite))
                    : needs));
        }

        return all;
    }

    private static JsonObject Dependency(string reference, IEnumerable<string> needs) => new()
    {
        ["ref"] = reference,
        ["dependsOn"] = new JsonArray([.. needs.Select(n => (JsonNode)n)]),
    };

    private static string Reference(ShippedPackage package) => $"pkg:nuget/{package.Name}@{package.Version}";

    private static string ReferenceOfSqlite(string version) => $"pkg:generic/sqlite@{version}";

    private static JsonArray License(string id) =>
        new(new JsonObject { ["license"] = new JsonObject { ["id"] = id } });

    private static string LicenseOf(string package) =>
        s_licenses.FirstOrDefault(l => package.StartsWith(l.Key, StringComparison.Ordinal)).Value
        ?? throw new InvalidOperationException(
            $"the licence of {package} isn't known; do: add it here and to NOTICE");

    private static string Serial(string content)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(content))[..16];
        // A UUID of our own making, version 8.
        digest[6] = (byte)((digest[6] & 0x0f) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3f) | 0x80);
        return $"urn:uuid:{new Guid(digest, bigEndian: true)}";
    }

    private static DateTimeOffset SourceTime() =>
        long.TryParse(
            Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH"), CultureInfo.InvariantCulture,
                out long seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.UtcNow;

    [GeneratedRegex(@"(?<![\d.])(3\.\d+\.\d+)\0+20\d\d-\d\d-\d\d \d\d:\d\d:\d\d [0-9a-f]{40}")]
    private static partial Regex SqliteVersion();
}
