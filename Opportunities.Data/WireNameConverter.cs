using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Opportunities.Data;

/// <summary>Stores enum members under their <see cref="WireName{T}"/>.</summary>
internal sealed class WireNameConverter<T>()
    : ValueConverter<T, string>(value => WireName<T>.Format(value), name => WireName<T>.Parse(name))
    where T : struct, Enum;
