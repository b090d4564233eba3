using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using SelfAssess.Api.Accounts;

namespace SelfAssess.Api.Platform.Security;

/// <summary>
/// Refuses what many people take: common words, runs of the keyboard or of numbers, and years, in whatever spelling. A list would have each of them once; the rule
/// has them in every combination, of which a length of twelve leaves the more common ones.
/// </summary>
internal sealed partial class CommonPasswords : IPasswordValidator<Account>
{
    /// <summary>Letters and digits that have to be left when everything common is taken away.</summary>
    private const int Needed = 5;

    /// <summary>What leads the lists of passwords that became known, reduced to words, and what this program would suggest.</summary>
    private static readonly string[] words =
    [
        "password", "passwort", "passwd", "passw", "pass", "parola", "senha", "contrasena", "motdepasse", "administrator", "admin", "root", "guest", "user", "test", "demo", "default", "changeme", "change", "secret",
        "welcome", "letmein", "login", "hello", "iloveyou", "loveyou", "love", "lovely", "sunshine", "princess", "dragon", "monkey", "football", "baseball", "basketball", "soccer", "hockey", "master", "shadow", "superman",
        "batman", "spiderman", "pokemon", "starwars", "trustno", "whatever", "freedom", "flower", "michael", "michelle", "jessica", "jennifer", "charlie", "daniel", "thomas", "jordan", "ashley", "andrew", "matthew",
        "computer", "internet", "google", "facebook", "samsung", "microsoft", "windows", "android", "killer", "pepper", "summer", "winter", "spring", "autumn", "january", "december", "cheese", "chocolate", "mustang",
        "liverpool", "chelsea", "arsenal", "barcelona", "asdf", "qwerty", "azerty", "qwertz", "selfassess", "treaty", "conference", "government", "ministry",
    ];

    private static readonly string[] rows = ["qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "1234567890", "qazwsxedc", "1qaz2wsx3edc4rfv"];

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) => Task.FromResult(password is not null && IsCommon(password)
        ? IdentityResult.Failed(new IdentityError { Code = "PasswordTooCommon", Description = "The password is too common. Take words or characters that do not belong together." })
        : IdentityResult.Success);

    public static bool IsCommon(string password)
    {
        var lower = password.ToLowerInvariant();
        var spelt = string.Concat(lower.Select(Spelt));
        var common = new bool[lower.Length];
        foreach (var word in words)
        {
            for (var at = spelt.IndexOf(word, StringComparison.Ordinal); at >= 0; at = spelt.IndexOf(word, at + 1, StringComparison.Ordinal))
            {
                Array.Fill(common, true, at, word.Length);
            }
        }

        foreach (Match year in Year().Matches(lower))
        {
            Array.Fill(common, true, year.Index, year.Length);
        }

        for (var start = 0; start < lower.Length;)
        {
            var end = start + 1;
            while (end < lower.Length && Follows(lower[end - 1], lower[end]))
            {
                end++;
            }

            if (end - start >= 3)
            {
                Array.Fill(common, true, start, end - start);
            }

            start = end;
        }

        return lower.Where((c, i) => !common[i] && char.IsLetterOrDigit(c)).Count() < Needed;
    }

    /// <summary>The letter that a sign stands for.</summary>
    private static char Spelt(char sign) => sign switch { '0' => 'o', '1' or '!' => 'i', '3' => 'e', '4' or '@' => 'a', '5' or '$' => 's', '7' => 't', _ => sign };

    /// <summary>The same sign again, the next or the one before, or a neighbour on the keyboard.</summary>
    private static bool Follows(char before, char after) => Math.Abs(before - after) <= 1
        || rows.Any(r => r.Contains($"{before}{after}", StringComparison.Ordinal) || r.Contains($"{after}{before}", StringComparison.Ordinal));

    [GeneratedRegex("(19|20)[0-9]{2}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Year();
}
