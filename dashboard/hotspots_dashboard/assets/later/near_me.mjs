/* The public point nearest to the device, found on the device: its position is read here, compared here and forgotten here. */
const FARTHEST_M = 2000; // from any public point: beyond it is another place
const M_PER_DEGREE = 111320;

const position = () => new Promise((resolve, reject) => {
    if (!navigator.geolocation) { reject(new Error()); return; }
    navigator.geolocation.getCurrentPosition(({ coords }) => resolve(coords), reject, { maximumAge: 60000, timeout: 20000 });
});

/* {id} of the nearest point, or {problem}: refused or outside. The points are those of the whole city, whoever asks. */
export async function nearest(url) {
    let here, city;
    try {
        const [coords, answer] = await Promise.all([position(), fetch(url)]);
        here = coords;
        city = await answer.json();
    } catch {
        return { problem: "refused" };
    }
    const narrower = Math.cos((here.latitude * Math.PI) / 180);
    const away = ([, lon, lat]) => M_PER_DEGREE * Math.hypot((lon - here.longitude) * narrower, lat - here.latitude);
    let found = null, least = FARTHEST_M;
    city.points.forEach((point) => { const m = away(point); if (m < least) [found, least] = [point, m]; });
    return found ? { id: found[0] } : { problem: "outside" };
}
