import { useMediaQuery } from '@mantine/hooks';

const PHONE = '(max-width: 760px)';

/** Whether the page is as narrow as a phone; known from the first drawing on. */
export const usePhone = (): boolean => useMediaQuery(PHONE, matchMedia(PHONE).matches);
